FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PORT=8000
RUN useradd --system --create-home app
WORKDIR /app
RUN --mount=type=cache,target=/root/.cache/pip ["pip","install","--","streamlit","pandas[excel]==2.2.3"]
COPY --chown=app:app . .
USER app
EXPOSE 8000
CMD ["streamlit","run","streamlit_app.py","--server.port=8000","--server.address=0.0.0.0","--server.headless=true"]
