FROM python:3.13-slim-bookworm
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PORT=8000
RUN useradd --system --create-home app
WORKDIR /app
COPY requirements.txt ./
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
RUN --mount=type=cache,target=/root/.cache/pip ["pip","install","--","gunicorn~=23.0"]
COPY --chown=app:app . .
USER app
EXPOSE 8000
CMD ["gunicorn","--bind","0.0.0.0:8000","app:app"]
