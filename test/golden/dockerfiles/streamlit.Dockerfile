FROM python:3.11-slim-bookworm AS build
RUN --mount=type=cache,target=/root/.cache/pip ["pip","install","--","pipenv"]
RUN python -m venv /opt/venv
ENV VIRTUAL_ENV=/opt/venv \
    PATH=/opt/venv/bin:$PATH \
    PIPENV_VERBOSITY=-1
WORKDIR /app
COPY Pipfile Pipfile.lock ./
RUN --mount=type=cache,target=/root/.cache/pipenv pipenv sync
COPY . .

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
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python","-c","import http.client,os,sys;c=http.client.HTTPConnection('127.0.0.1',os.environ['PORT'],timeout=4);c.request('GET','/_stcore/health');sys.exit(c.getresponse().status>=400)"]
CMD ["/bin/sh","-c","exec streamlit run streamlit_app.py --server.port=$PORT --server.address=0.0.0.0 --server.headless=true"]
