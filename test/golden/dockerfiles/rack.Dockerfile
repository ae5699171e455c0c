FROM ruby:3.1-slim-bookworm AS base
ENV BUNDLE_WITHOUT=development:test \
    BUNDLE_DEPLOYMENT=1 \
    BUNDLE_PATH=/usr/local/bundle \
    RACK_ENV=production APP_ENV=production
WORKDIR /app

FROM base AS build
RUN apt-get update && apt-get install -y --no-install-recommends build-essential git libyaml-dev pkg-config && rm -rf /var/lib/apt/lists/*
COPY Gemfile Gemfile.lock ./
RUN bundle install
COPY . .

FROM base
RUN useradd --system --create-home app
COPY --from=build /usr/local/bundle /usr/local/bundle
COPY --from=build --chown=app:app /app ./
ENV PORT=3000
USER app
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["ruby","-rnet/http","-e","exit Net::HTTP.get_response(URI(\"http://127.0.0.1:#{ENV['PORT']}/\")).code.to_i < 500"]
CMD ["/bin/sh","-c","exec bundle exec puma -b tcp://0.0.0.0:$PORT"]
