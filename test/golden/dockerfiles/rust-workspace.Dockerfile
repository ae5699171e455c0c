FROM rust:1-bookworm AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY crates/api/Cargo.toml crates/api/
COPY crates/greeting/Cargo.toml crates/greeting/
COPY crates/worker/Cargo.toml crates/worker/
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    for file in crates/api/src/main.rs crates/greeting/src/lib.rs crates/worker/src/main.rs; do mkdir -p "$(dirname $file)" && echo 'fn main() {}' > $file; done && \
    cargo fetch --locked && \
    cargo build --release --locked --package api --bin api
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    touch crates/api/src/main.rs crates/greeting/src/lib.rs crates/worker/src/main.rs && \
    cargo build --release --locked --package api --bin api

FROM debian:bookworm-slim
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
RUN useradd --system --create-home app
WORKDIR /app
COPY --from=build /src/target/release/api /usr/local/bin/app
ENV PORT=4000
USER app
EXPOSE 4000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["bash","-c","exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET / HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && (( status < 500 ))"]
CMD ["app"]
