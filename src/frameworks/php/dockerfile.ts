import { assetsStage, type NodeAssets } from '../assets.ts';
import { debianFor, packagesOf } from '../debian.ts';
import { aptLine, cmdFor, dockerfileOf, runFor } from '../dockerfileText.ts';
import type { AppPlan, BaseImage } from '../framework.ts';
import { healthcheckFor } from '../healthcheck.ts';
import type { Composer } from './composer.ts';
import type { Extensions } from './extensions.ts';

export interface PhpParts {
  kind: string;
  /** The folder whose pages are public, relative. */
  root: string;
  extensions: Extensions;
  assets: NodeAssets | undefined;
  composer: Composer | undefined;
}

/** Apache rather than FPM behind another server: one process to start, and the official image has it. */
export function phpDockerfile(plan: AppPlan, base: BaseImage, parts: PhpParts): string {
  const { kind, root, extensions, assets, composer } = parts;
  const debian = debianFor(plan.languageVersion, 8);
  const image = base(`php:${plan.languageVersion}-apache-${debian}`);
  const home = '/var/www/html';
  const published = root === '.' ? home : `${home}/${root}`;
  return dockerfileOf(
    ...(assets ? assetsStage(assets, plan, base) : []),
    ...extensionsStage(image, extensions),
    `FROM ${image} AS base`,
    extensions.run.length > 0 && aptLine(packagesOf(debian, extensions.run)),
    ...(isEmpty(extensions) ? [] : phpFolders.map((each) => `COPY --from=extensions ${each} ${each}`)),
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

/** What is compiled stays in one folder, and what loads it in the other. */
const phpFolders = ['/usr/local/lib/php/extensions', '/usr/local/etc/php/conf.d'];

const isEmpty = ({ compiled, fetched }: Extensions) => compiled.length + fetched.length === 0;

/** Headers and compilers stay in a stage of their own. */
function extensionsStage(image: string, extensions: Extensions): string[] {
  const { build, configure, compiled, fetched } = extensions;
  if (isEmpty(extensions)) return [];
  const install = [...configure, `docker-php-ext-install -j"$(nproc)" ${compiled.join(' ')}`].join(' && ');
  return [
    `FROM ${image} AS extensions`,
    ...(build.length > 0 ? [aptLine(build)] : []),
    ...(compiled.length > 0 ? [`RUN ${install}`] : []),
    ...(fetched.length > 0
      ? [`RUN pecl install ${fetched.join(' ')} && docker-php-ext-enable ${fetched.join(' ')}`]
      : []),
    '',
  ];
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
