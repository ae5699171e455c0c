FROM node:22-bookworm-slim AS assets
WORKDIR /app
COPY package*.json npm-shrinkwrap.json* .npmrc* ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY . .
RUN npm run build
RUN rm -rf node_modules

FROM ruby:3.3-slim-bookworm AS base
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 && rm -rf /var/lib/apt/lists/*
ENV BUNDLE_WITHOUT=development:test \
    BUNDLE_DEPLOYMENT=1 \
    BUNDLE_PATH=/usr/local/bundle \
    RACK_ENV=production RAILS_ENV=production RAILS_LOG_TO_STDOUT=1 RAILS_SERVE_STATIC_FILES=1
WORKDIR /app

FROM base AS build
RUN apt-get update && apt-get install -y --no-install-recommends build-essential git libyaml-dev pkg-config libpq-dev && rm -rf /var/lib/apt/lists/*
COPY Gemfile Gemfile.lock ./
RUN bundle install
COPY --from=assets /app ./
RUN SECRET_KEY_BASE_DUMMY=1 SECRET_KEY_BASE=unused SKIP_JS_BUILD=1 SKIP_CSS_BUILD=1 bundle exec rails assets:precompile

FROM base
RUN useradd --system --create-home app
COPY --from=build /usr/local/bundle /usr/local/bundle
COPY --from=build --chown=app:app /app ./
ENV PORT=3000
USER app
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["ruby","-rnet/http","-e","exit Net::HTTP.get_response(URI(\"http://127.0.0.1:#{ENV['PORT']}/up\")).code.to_i < 400"]
CMD ["/bin/sh","-c","exec bundle exec puma -b tcp://0.0.0.0:$PORT"]
