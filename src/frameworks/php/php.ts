import { fail } from '../../shared/errors.ts';
import { findAssets } from '../assets.ts';
import { debianFor, oldWarning } from '../debian.ts';
import { commonIgnores } from '../dockerfileText.ts';
import { blankPlan, type EvidenceItem, type Framework, type Recognised, type SourceTree } from '../framework.ts';
import { evidenceAt } from '../manifest.ts';
import { type Composer, readComposer } from './composer.ts';
import { phpDockerfile } from './dockerfile.ts';
import { extensionsToAdd } from './extensions.ts';
import { phpHealth } from './health.ts';
import { phpVersion } from './version.ts';

const defaultPort = 8080;

const frameworks: readonly [dependency: string, kind: string, label: string][] = [
  ['laravel/framework', 'laravel', 'Laravel'],
  ['symfony/framework-bundle', 'symfony', 'Symfony'],
  ['symfony/symfony', 'symfony', 'Symfony'],
];

/** composer.json or an index.php: Laravel, Symfony, or pages that PHP answers; Apache serves them. */
export const php: Framework = {
  id: 'php',
  kinds: frameworks.map(([, kind]) => kind),
  async detect(source) {
    const composer = await readComposer(source);
    const front = await frontPage(source);
    if (front) return recognised(source, composer, front);
    if (!composer) return undefined;
    throw fail('NotAnApp', 'composer.json describes a library', pages.join(', '));
  },
};

const pages = ['public/index.php', 'index.php', 'web/index.php', 'htdocs/index.php', 'www/index.php'];

async function frontPage(source: SourceTree): Promise<string | undefined> {
  for (const file of pages) if (await source.has(file)) return file;
  return undefined;
}

async function recognised(source: SourceTree, composer: Composer | undefined, front: string): Promise<Recognised> {
  const [dependency, kind, label] = frameworks.find(([name]) => composer && name in composer.requires) ?? [];
  const version = await phpVersion(source, composer);
  const assets = await findAssets(source, ['production', 'prod', 'build']);
  const root = front.includes('/') ? front.slice(0, front.lastIndexOf('/')) : '.';
  const extensions = extensionsToAdd(
    [...(composer?.extensions ?? []), ...(await databaseExtensions(source, kind))],
    version.value,
  );
  const health = await phpHealth(source, kind ?? 'php');
  const evidence: EvidenceItem[] = [
    ...(composer ? [{ file: 'composer.json', says: 'a PHP project' }] : []),
    ...(dependency && composer
      ? [evidenceAt('composer.json', composer.text, `"${dependency}"`, `depends on ${dependency}`)]
      : []),
    ...version.evidence,
    { file: front, says: 'the page that answers' },
    ...health.evidence,
    ...(assets?.evidence ?? []),
  ];
  return {
    ...blankPlan,
    framework: 'other',
    kind: kind ?? 'php',
    label: `${label ? `${label} on ` : ''}PHP ${version.value}`,
    language: 'php',
    languageVersion: version.value,
    packageManager: composer ? 'composer' : '',
    installCommand: composer ? 'composer install --no-dev --no-scripts --no-autoloader --prefer-dist' : '',
    startCommand: 'apache2-foreground',
    port: defaultPort,
    healthPath: health.healthPath,
    evidence,
    warnings: [
      ...oldWarning('PHP', version.value, debianFor(version.value, 8)),
      ...warningsOf(composer, kind),
      ...(assets?.warnings ?? []),
    ],
    dockerignore: [...commonIgnores, 'vendor', '**/node_modules', 'storage/logs/*', 'var/cache', 'var/log'],
    writeDockerfile: (plan, base) =>
      phpDockerfile(plan, base, { kind: kind ?? 'php', root, extensions, assets, composer }),
  };
}

/** The database of the example settings; composer.json does not name its driver. */
async function databaseExtensions(source: SourceTree, kind: string | undefined): Promise<string[]> {
  if (kind !== 'laravel' && kind !== 'symfony') return [];
  const text = `${await source.read('.env.example')}\n${await source.read('.env')}`;
  const postgres = /^(?:DB_CONNECTION=pgsql|DATABASE_URL="?postgres)/m.test(text);
  // Where Laravel is told of a host and of no connection, it is MySQL.
  const mysql =
    /^(?:DB_CONNECTION=(?:mysql|mariadb)|DATABASE_URL="?(?:mysql|mariadb))/m.test(text) ||
    (/^DB_HOST=/m.test(text) && !/^DB_CONNECTION=/m.test(text));
  return ['opcache', ...(postgres ? ['pdo_pgsql'] : []), ...(mysql ? ['pdo_mysql'] : [])];
}

function warningsOf(composer: Composer | undefined, kind: string | undefined): string[] {
  if (!composer) return [];
  const hasPackages = Object.keys(composer.requires).some((name) => name.includes('/'));
  return [
    ...(hasPackages && !composer.hasLock
      ? ['There is no composer.lock, so every build may install other versions; commit it.']
      : []),
    ...(kind === 'laravel'
      ? ['Laravel does not start without APP_KEY: set it as a variable or a secret of the task.']
      : []),
    ...(kind === 'symfony' ? ['Symfony needs APP_SECRET: set it as a variable or a secret of the task.'] : []),
  ];
}
