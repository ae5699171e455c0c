FROM php:8.4-apache-bookworm AS extensions
RUN docker-php-ext-install -j"$(nproc)" opcache

FROM php:8.4-apache-bookworm AS base
COPY --from=extensions /usr/local/lib/php/extensions /usr/local/lib/php/extensions
COPY --from=extensions /usr/local/etc/php/conf.d /usr/local/etc/php/conf.d
RUN a2enmod rewrite \
 && sed -i 's/^Listen 80$/Listen ${PORT}/' /etc/apache2/ports.conf \
 && sed -i -e 's/:80>/:${PORT}>/' -e 's#/var/www/html#/var/www/html/public#' /etc/apache2/sites-available/000-default.conf \
 && printf '<Directory /var/www/html/public>\n  AllowOverride All\n  FallbackResource /index.php\n</Directory>\n' \
      > /etc/apache2/conf-enabled/app.conf \
 && cp "$PHP_INI_DIR/php.ini-production" "$PHP_INI_DIR/php.ini"
WORKDIR /var/www/html

FROM base AS vendor
RUN apt-get update && apt-get install -y --no-install-recommends git unzip && rm -rf /var/lib/apt/lists/*
COPY --from=composer:2 /usr/bin/composer /usr/bin/composer
ENV COMPOSER_ALLOW_SUPERUSER=1
WORKDIR /app
COPY composer.json ./
RUN --mount=type=cache,target=/root/.composer/cache composer install --no-dev --no-scripts --no-autoloader --prefer-dist
COPY . .
RUN composer dump-autoload --no-dev --optimize --no-scripts

FROM base
ENV APP_ENV=prod
COPY --from=vendor /app ./
RUN mkdir -p var && chown -R www-data:www-data var && echo '<?php return [];' > .env.local.php
ENV PORT=8080
USER www-data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["php","-r","$h=@get_headers('http://127.0.0.1:'.getenv('PORT').'/',false,stream_context_create(['http'=>['follow_location'=>0]]));exit($h&&substr($h[0],9,3)<500?0:1);"]
CMD ["apache2-foreground"]
