FROM python:3.13-slim-bookworm AS build
RUN --mount=type=cache,target=/root/.cache/pip ["pip","install","--","uv"]
RUN python -m venv /opt/venv
ENV VIRTUAL_ENV=/opt/venv \
    PATH=/opt/venv/bin:$PATH \
    UV_PROJECT_ENVIRONMENT=/opt/venv \
    UV_LINK_MODE=copy \
    UV_COMPILE_BYTECODE=1 \
    UV_PYTHON_DOWNLOADS=never
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/root/.cache/uv uv sync --locked --no-dev --no-install-project
COPY . .
RUN --mount=type=cache,target=/root/.cache/uv uv sync --locked --no-dev --no-editable --inexact

FROM python:3.13-slim-bookworm
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PATH=/opt/venv/bin:$PATH \
    PORT=8000
RUN useradd --system --create-home app
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build --chown=app:app /app ./
USER app
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python","-c","import http.client,os,sys;c=http.client.HTTPConnection('127.0.0.1',os.environ['PORT'],timeout=4);c.request('GET','/');sys.exit(c.getresponse().status>=500)"]
CMD ["/bin/sh","-c","exec uvicorn --host 0.0.0.0 --port $PORT --app-dir src api.main:app"]
