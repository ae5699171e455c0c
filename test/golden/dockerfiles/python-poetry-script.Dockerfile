FROM python:3.13-slim-bookworm
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PORT=9090
RUN useradd --system --create-home app
WORKDIR /app
RUN --mount=type=cache,target=/root/.cache/pip ["pip","install","--","requests>=2.31,<3","aiohttp~=3.9.1"]
COPY --chown=app:app . .
USER app
EXPOSE 9090
CMD ["python","main.py"]
