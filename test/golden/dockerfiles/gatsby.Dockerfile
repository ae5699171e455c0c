FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package*.json npm-shrinkwrap.json* .npmrc* ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY . .
ENV GATSBY_TELEMETRY_DISABLED=1
RUN npm run build

FROM nginx:1.28-bookworm
ENV PORT=8080
RUN mkdir -p /etc/nginx/templates \
  && printf '%s\n' \
      'server {' \
      '  listen ${PORT};' \
      '  root /usr/share/nginx/html;' \
      '  absolute_redirect off;' \
      '  gzip on;' \
      '  gzip_vary on;' \
      '  gzip_types text/css text/javascript application/javascript application/json image/svg+xml application/wasm;' \
      '  error_page 404 /404.html;' \
      '  location ~ /\.(?!well-known/) { return 404; }' \
      '  location ^~ /static/ { add_header Cache-Control "public, max-age=31536000, immutable"; }' \
      '  location / { add_header Cache-Control "no-cache"; try_files $uri $uri.html $uri/ =404; }' \
      '}' \
      > /etc/nginx/templates/default.conf.template \
  && sed -i -e '/^user /d' -e 's#^pid .*#pid /tmp/nginx.pid;#' /etc/nginx/nginx.conf \
  && rm -rf /etc/nginx/conf.d/default.conf /usr/share/nginx/html/* \
  && chown -R nginx:nginx /etc/nginx/conf.d /var/cache/nginx
COPY --from=build /app/public/ /usr/share/nginx/html/
USER nginx
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["/bin/sh","-c","curl -fsS -o /dev/null http://127.0.0.1:$PORT/"]
CMD ["nginx","-g","daemon off;"]
