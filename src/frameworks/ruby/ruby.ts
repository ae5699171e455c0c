import { findAssets, findPackages } from '../assets.ts';
import { debianFor, oldWarning } from '../debian.ts';
import { commonIgnores } from '../dockerfileText.ts';
import { blankPlan, type Framework, type Recognised, type SourceTree } from '../framework.ts';
import { evidenceAt } from '../manifest.ts';
import { wishedFirst } from '../wishes.ts';
import { rubyDockerfile } from './dockerfile.ts';
import { type Gemfile, readGemfile, rubyVersion } from './gemfile.ts';
import { rubyHealth } from './health.ts';
import { nativeLibraries } from './natives.ts';
import { type RubyKind, type RubyStart, rubyKinds, rubyStart } from './start.ts';

const defaultPort = 3000;

/** A Gemfile: Rails, Sinatra, or anything with a config.ru. */
export const ruby: Framework = {
  id: 'ruby',
  kinds: rubyKinds.map(({ kind }) => kind),
  async detect(source, wishes) {
    const gemfile = await readGemfile(source);
    if (!gemfile) return undefined;
    const kind = wishedFirst(rubyKinds, (each) => each.kind, wishes.kind).find(({ gem }) =>
      gemfile.gems.includes(gem),
    ) ?? {
      kind: 'ruby' as const,
      label: '',
      gem: '',
    };
    const start = wishes.startCommand ? undefined : await rubyStart(source, gemfile, kind);
    return recognised(source, gemfile, kind, start);
  },
};

async function recognised(
  source: SourceTree,
  gemfile: Gemfile,
  { kind, label, gem }: RubyKind,
  start: RubyStart | undefined,
): Promise<Recognised> {
  const version = await rubyVersion(source);
  // These start Node while the assets are precompiled.
  const bundler = ['webpacker', 'shakapacker', 'vite_rails', 'vite_ruby'].find((name) => gemfile.gems.includes(name));
  const packages = bundler ? await findPackages(source) : undefined;
  const assets = packages ? undefined : await findAssets(source);
  const isRails = kind === 'rails';
  const hasPipeline =
    isRails &&
    ['sprockets-rails', 'propshaft', ...(packages ? [bundler] : [])].some(
      (name) => name && gemfile.gems.includes(name),
    );
  const health = await rubyHealth(source, kind);
  const native = nativeLibraries(gemfile.gems);
  return {
    ...blankPlan,
    framework: 'ruby',
    kind,
    label: `${label ? `${label} on ` : ''}Ruby ${version.value}`,
    language: 'ruby',
    languageVersion: version.value,
    packageManager: 'bundler',
    installCommand: 'bundle install',
    buildCommand: hasPipeline ? 'bundle exec rails assets:precompile' : '',
    startCommand: start?.command ?? '',
    port: defaultPort,
    healthPath: health.healthPath,
    evidence: [
      { file: 'Gemfile', says: 'a Ruby project' },
      ...(gem ? [evidenceAt('Gemfile', gemfile.text, gem, `depends on ${gem}`)] : []),
      ...version.evidence,
      ...(start ? [start.evidence] : []),
      ...health.evidence,
      ...(packages && bundler ? [evidenceAt('Gemfile', gemfile.text, bundler, 'builds its scripts with Node')] : []),
      ...((packages ?? assets)?.evidence ?? []),
    ],
    warnings: [
      ...oldWarning('Ruby', version.value, debianFor(version.value, 3)),
      ...warningsOf(gemfile, isRails),
      ...(await keyWarnings(source, isRails)),
      ...((packages ?? assets)?.warnings ?? []),
    ],
    dockerignore: [
      ...commonIgnores,
      '.bundle',
      'vendor/bundle',
      'log/*',
      'tmp/*',
      'config/master.key',
      '**/node_modules',
    ],
    writeDockerfile: (plan, base) =>
      rubyDockerfile(plan, base, {
        isRails,
        native,
        hasLock: gemfile.hasLock,
        versionFile: version.evidence[0]?.file === '.ruby-version',
        assets,
        packages,
      }),
  };
}

function warningsOf({ hasLock, gems }: Gemfile, isRails: boolean): string[] {
  return [
    ...(hasLock ? [] : ['There is no Gemfile.lock, so every build may install other versions; commit it.']),
    ...(gems.includes('puma') || gems.includes('unicorn') || isRails
      ? []
      : ['The Gemfile has no puma, so a server for development is started; add `gem "puma"`.']),
  ];
}

async function keyWarnings(source: SourceTree, isRails: boolean): Promise<string[]> {
  if (!isRails) return [];
  const needs = (await source.has('config/credentials.yml.enc')) ? 'RAILS_MASTER_KEY' : 'SECRET_KEY_BASE';
  return [`Rails does not start without ${needs}: set it as a secret of the task.`];
}
