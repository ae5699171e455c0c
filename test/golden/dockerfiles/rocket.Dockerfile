FROM rust:1-bookworm AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    for file in src/main.rs; do mkdir -p "$(dirname $file)" && echo 'fn main() {}' > $file; done && \
    cargo fetch --locked && \
    cargo build --release --locked --package rocket-shop --bin rocket-shop
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    touch src/main.rs && \
    cargo build --release --locked --package rocket-shop --bin rocket-shop

FROM debian:bookworm-slim
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
RUN useradd --system --create-home app
WORKDIR /app
COPY --from=build /src/target/release/rocket-shop /usr/local/bin/app
ENV ROCKET_ADDRESS=0.0.0.0
ENV PORT=8000
USER app
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["bash","-c","exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET / HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && (( status < 500 ))"]
CMD ["/bin/sh","-c","exec env ROCKET_PORT=$PORT app"]
