import { assetsStage, type NodeAssets } from '../assets.ts';
import { aptLine, cmdFor, dockerfileOf, runFor } from '../dockerfileText.ts';
import type { AppPlan, BaseImage } from '../framework.ts';
import { healthcheckFor } from '../healthcheck.ts';
import type { Composer } from './composer.ts';

export interface PhpParts {
  kind: string;
  /** The folder whose pages are public, relative. */
  root: string;
  extensions: { packages: string[]; compiled: string[]; fetched: string[] };
  assets: NodeAssets | undefined;
  composer: Composer | undefined;
}

/** Apache rather than FPM behind another server: one process to start, and the official image has it. */
export function phpDockerfile(plan: AppPlan, base: BaseImage, parts: PhpParts): string {
  const { kind, root, extensions, assets, composer } = parts;
  const image = base(`php:${plan.languageVersion}-apache-bookworm`);
  const home = '/var/www/html';
  const published = root === '.' ? home : `${home}/${root}`;
  return dockerfileOf(
    ...(assets ? assetsStage(assets, plan, base) : []),
    `FROM ${image} AS base`,
    extensions.packages.length > 0 && aptLine(extensions.packages),
    extensions.compiled.length > 0 && `RUN docker-php-ext-install -j"$(nproc)" ${extensions.compiled.join(' ')}`,
    extensions.fetched.length > 0 &&
      `RUN pecl install ${extensions.fetched.join(' ')} && docker-php-ext-enable ${extensions.fetched.join(' ')}`,
    // A port above 1023 needs no root; Apache itself puts the variable in.
    `RUN a2enmod rewrite \\`,
    ` && sed -i 's/^Listen 80$/Listen \${PORT}/' /etc/apache2/ports.conf \\`,
    ` && sed -i -e 's/:80>/:\${PORT}>/' -e 's#${home}#${published}#' /etc/apache2/sites-available/000-default.conf \\`,
    ` && printf '<Directory ${published}>\\n  AllowOverride All\\n${kind === 'php' ? '' : '  FallbackResource /index.php\\n'}</Directory>\\n' \\`,
    '      > /etc/apache2/conf-enabled/app.conf \\',
    ' && cp "$PHP_INI_DIR/php.ini-production" "$PHP_INI_DIR/php.ini"',
    `WORKDIR ${home}`,
    '',
    ...(composer ? vendorStage(plan, base, composer, assets) : []),
    'FROM base',
    kind === 'symfony' && 'ENV APP_ENV=prod',
    kind === 'laravel' && 'ENV APP_ENV=production LOG_CHANNEL=stderr',
    `COPY ${composer ? '--from=vendor /app' : assets ? '--from=assets /app' : '.'} ./`,
    ...writable(kind),
    `ENV PORT=${plan.port}`,
    'USER www-data',
    `EXPOSE ${plan.port}`,
    healthcheckFor('php', plan),
    `CMD ${cmdFor(plan.startCommand)}`,
  );
}

function vendorStage(plan: AppPlan, base: BaseImage, composer: Composer, assets: NodeAssets | undefined): string[] {
  return [
    'FROM base AS vendor',
    aptLine(['git', 'unzip']),
    `COPY --from=${base('composer:2')} /usr/bin/composer /usr/bin/composer`,
    'ENV COMPOSER_ALLOW_SUPERUSER=1',
    'WORKDIR /app',
    `COPY composer.json ${composer.hasLock ? 'composer.lock ' : ''}./`,
    ...(plan.installCommand ? [runFor(plan.installCommand, '/root/.composer/cache')] : []),
    assets ? 'COPY --from=assets /app ./' : 'COPY . .',
    'RUN composer dump-autoload --no-dev --optimize --no-scripts',
    '',
  ];
}

/** What the app writes while it runs. */
function writable(kind: string): string[] {
  if (kind === 'laravel') {
    const folders =
      'storage/framework/cache storage/framework/sessions storage/framework/views storage/logs bootstrap/cache';
    return [`RUN mkdir -p ${folders} && chown -R www-data:www-data storage bootstrap/cache`];
  }
  // Symfony wants to find its settings in a file, which no image should hold; an empty one leaves them to the task.
  if (kind === 'symfony')
    return ["RUN mkdir -p var && chown -R www-data:www-data var && echo '<?php return [];' > .env.local.php"];
  return [];
}
