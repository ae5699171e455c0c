FROM python:3.11-slim-bookworm AS build
RUN --mount=type=cache,target=/root/.cache/pip ["pip","install","--","pdm","hishel<2"]
RUN python -m venv /opt/venv
ENV VIRTUAL_ENV=/opt/venv \
    PATH=/opt/venv/bin:$PATH \
    PDM_CHECK_UPDATE=false
WORKDIR /app
COPY pyproject.toml pdm.lock ./
RUN --mount=type=cache,target=/root/.cache/pdm pdm sync --prod --no-self
COPY . .
RUN --mount=type=cache,target=/root/.cache/pdm pdm sync --prod --no-editable

FROM python:3.11-slim-bookworm
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
CMD ["/bin/sh","-c","exec gunicorn --bind 0.0.0.0:$PORT --chdir src 'shop:create_app()'"]
