FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package*.json npm-shrinkwrap.json* .npmrc* ./
RUN --mount=type=cache,target=/root/.npm npm ci --include=dev
COPY . .
RUN npm run build

FROM nginx:1.28-bookworm
RUN printf '%s\n' \
      'server {' \
      '  listen 8080;' \
      '  root /usr/share/nginx/html;' \
      '  absolute_redirect off;' \
      '  gzip on;' \
      '  gzip_types text/css application/javascript application/json image/svg+xml;' \
      '  location ~ /\.(?!well-known/) { return 404; }' \
      '  location / { try_files $uri $uri/ /index.html; }' \
      '}' \
      > /etc/nginx/conf.d/default.conf \
  && sed -i -e '/^user /d' -e 's#^pid .*#pid /tmp/nginx.pid;#' /etc/nginx/nginx.conf \
  && chown -R nginx:nginx /var/cache/nginx \
  && rm -rf /usr/share/nginx/html/*
COPY --from=build /app/out/ /usr/share/nginx/html/
USER nginx
EXPOSE 8080
CMD ["nginx","-g","daemon off;"]
