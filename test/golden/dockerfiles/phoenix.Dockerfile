FROM elixir:1.17-otp-26-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends build-essential git && rm -rf /var/lib/apt/lists/*
ENV MIX_ENV=prod
WORKDIR /app
RUN mix local.hex --force && mix local.rebar --force
COPY mix.exs ./
COPY config/config.exs config/prod.exs* config/
RUN mix deps.get --only prod && mix deps.compile
COPY . .
RUN mix compile && mix release --path /out

FROM erlang:26-slim
RUN useradd --system --create-home app
WORKDIR /app
COPY --from=build --chown=app:app /out ./
ENV LANG=C.UTF-8 PHX_SERVER=true PORT=4000
USER app
EXPOSE 4000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["bash","-c","exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET / HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && (( status < 500 ))"]
CMD ["bin/shop","start"]
