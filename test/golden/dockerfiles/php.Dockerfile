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
CMD ["apache2-foreground"]
