FROM rust:1-bookworm AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    for file in src/lib.rs src/main.rs; do mkdir -p "$(dirname $file)" && echo 'fn main() {}' > $file; done && \
    cargo fetch --locked && \
    cargo build --release --locked --package shop --bin shop
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    touch src/lib.rs src/main.rs && \
    cargo build --release --locked --package shop --bin shop

FROM debian:bookworm-slim
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
RUN useradd --system --create-home app
WORKDIR /app
COPY --from=build /src/target/release/shop /usr/local/bin/app
ENV PORT=3000
USER app
EXPOSE 3000
CMD ["app"]
