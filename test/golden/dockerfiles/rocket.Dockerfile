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
CMD ["/bin/sh","-c","exec env ROCKET_PORT=$PORT app"]
