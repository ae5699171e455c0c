FROM rust:1-bookworm AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    for file in src/serve.rs; do mkdir -p "$(dirname $file)" && echo 'fn main() {}' > $file; done && \
    cargo fetch --locked && \
    cargo build --release --locked --package plain --bin serve
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    touch src/serve.rs && \
    cargo build --release --locked --package plain --bin serve

FROM debian:bookworm-slim
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
RUN useradd --system --create-home app
WORKDIR /app
COPY --from=build /src/target/release/serve /usr/local/bin/app
ENV PORT=7878
USER app
EXPOSE 7878
CMD ["app"]
