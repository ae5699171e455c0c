FROM nginx:1.28-bookworm
RUN printf '%s\n' \
      'server {' \
      '  listen 8080;' \
      '  root /usr/share/nginx/html;' \
      '  absolute_redirect off;' \
      '  gzip on;' \
      '  gzip_types text/css application/javascript application/json image/svg+xml;' \
      '  location ~ /\.(?!well-known/) { return 404; }' \
      '  location / { try_files $uri $uri/ =404; }' \
      '}' \
      > /etc/nginx/conf.d/default.conf \
  && sed -i -e '/^user /d' -e 's#^pid .*#pid /tmp/nginx.pid;#' /etc/nginx/nginx.conf \
  && chown -R nginx:nginx /var/cache/nginx \
  && rm -rf /usr/share/nginx/html/*
COPY public/ /usr/share/nginx/html/
USER nginx
EXPOSE 8080
CMD ["nginx","-g","daemon off;"]
