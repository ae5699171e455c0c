FROM php:8.2-apache-bookworm AS base
RUN a2enmod rewrite \
 && sed -i 's/^Listen 80$/Listen ${PORT}/' /etc/apache2/ports.conf \
 && sed -i -e 's/:80>/:${PORT}>/' -e 's#/var/www/html#/var/www/html#' /etc/apache2/sites-available/000-default.conf \
 && printf '<Directory /var/www/html>\n  AllowOverride All\n</Directory>\n' \
      > /etc/apache2/conf-enabled/app.conf \
 && cp "$PHP_INI_DIR/php.ini-production" "$PHP_INI_DIR/php.ini"
WORKDIR /var/www/html

FROM base
COPY . ./
ENV PORT=8080
USER www-data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["php","-r","$h=@get_headers('http://127.0.0.1:'.getenv('PORT').'/',false,stream_context_create(['http'=>['follow_location'=>0]]));exit($h&&substr($h[0],9,3)<500?0:1);"]
CMD ["apache2-foreground"]
