FROM python:3.12-slim-bookworm
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PORT=8000
RUN useradd --system --create-home app
WORKDIR /app
COPY --chown=app:app . .
RUN --mount=type=cache,target=/root/.cache/pip pip install .
USER app
EXPOSE 8000
CMD ["/bin/sh","-c","exec gunicorn --bind 0.0.0.0:8000 --chdir src 'shop:create_app()'"]
