FROM python:3.13-slim-bookworm AS build
RUN --mount=type=cache,target=/root/.cache/pip ["pip","install","--","poetry~=2.0"]
RUN python -m venv /opt/venv
ENV VIRTUAL_ENV=/opt/venv \
    PATH=/opt/venv/bin:$PATH \
    POETRY_NO_INTERACTION=1
WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN --mount=type=cache,target=/root/.cache/pypoetry poetry install --only main --no-root --no-directory
COPY . .

FROM python:3.13-slim-bookworm
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PATH=/opt/venv/bin:$PATH \
    PORT=9090
RUN useradd --system --create-home app
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build --chown=app:app /app ./
USER app
EXPOSE 9090
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python","-c","import http.client,os,sys;c=http.client.HTTPConnection('127.0.0.1',os.environ['PORT'],timeout=4);c.request('GET','/');sys.exit(c.getresponse().status>=500)"]
CMD ["python","main.py"]
