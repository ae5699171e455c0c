FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    for file in src/main.rs; do mkdir -p "$(dirname $file)" && echo 'fn main() {}' > $file; done && \
    cargo fetch --locked && \
    cargo build --release --locked --package actix-shop --bin actix-shop
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    touch src/main.rs && \
    cargo build --release --locked --package actix-shop --bin actix-shop

FROM debian:bookworm-slim
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
RUN useradd --system --create-home app
WORKDIR /app
COPY --from=build /src/target/release/actix-shop /usr/local/bin/app
ENV PORT=8081
USER app
EXPOSE 8081
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["bash","-c","exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET / HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && (( status < 500 ))"]
CMD ["app"]
