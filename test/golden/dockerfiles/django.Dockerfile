FROM node:22-bookworm-slim AS assets
WORKDIR /app
COPY package*.json npm-shrinkwrap.json* .npmrc* ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY . .
RUN npm run build
RUN rm -rf node_modules

FROM python:3.13-slim-bookworm AS build
RUN python -m venv /opt/venv
ENV VIRTUAL_ENV=/opt/venv \
    PATH=/opt/venv/bin:$PATH \
    PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements.txt base.txt ./
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
RUN --mount=type=cache,target=/root/.cache/pip ["pip","install","--","gunicorn~=23.0"]
COPY --from=assets /app ./
RUN SECRET_KEY=unused python web/manage.py collectstatic --noinput

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
CMD ["/bin/sh","-c","exec gunicorn --bind 0.0.0.0:$PORT --chdir web shop.wsgi:application"]
