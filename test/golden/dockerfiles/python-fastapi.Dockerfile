FROM python:3.12-slim-bookworm
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PORT=8000
RUN useradd --system --create-home app
WORKDIR /app
RUN --mount=type=cache,target=/root/.cache/pip ["pip","install","--","fastapi[standard]>=0.115","httpx; python_version >= '3.9'","uvicorn~=0.35"]
COPY --chown=app:app . .
USER app
EXPOSE 8000
CMD ["uvicorn","--host","0.0.0.0","--port","8000","--app-dir","src","api.main:service"]
