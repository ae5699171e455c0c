import { assetsStage, type NodeAssets, packageLines } from '../assets.ts';
import { debianFor, packagesOf } from '../debian.ts';
import { aptLine, cmdFor, dockerfileOf, runFor } from '../dockerfileText.ts';
import type { AppPlan, BaseImage } from '../framework.ts';
import { healthcheckFor } from '../healthcheck.ts';

export interface RubyParts {
  isRails: boolean;
  native: { build: string[]; run: string[] };
  hasLock: boolean;
  /** The Gemfile may read it. */
  versionFile: boolean;
  assets: NodeAssets | undefined;
  /** Of Node, for a bundler that the build of Rails starts. */
  packages: NodeAssets | undefined;
}

export function rubyDockerfile(
  plan: AppPlan,
  base: BaseImage,
  { isRails, native, hasLock, versionFile, assets, packages }: RubyParts,
): string {
  const manifests = ['Gemfile', ...(hasLock ? ['Gemfile.lock'] : []), ...(versionFile ? ['.ruby-version'] : [])];
  const debian = debianFor(plan.languageVersion, 3);
  return dockerfileOf(
    ...(assets ? assetsStage(assets, plan, base) : []),
    `FROM ${base(`ruby:${plan.languageVersion}-slim-${debian}`)} AS base`,
    native.run.length > 0 && aptLine(packagesOf(debian, native.run)),
    // The gems of development stay out, and with a lock file bundler installs that and nothing else.
    'ENV BUNDLE_WITHOUT=development:test \\',
    hasLock && '    BUNDLE_DEPLOYMENT=1 \\',
    '    BUNDLE_PATH=/usr/local/bundle \\',
    isRails
      ? '    RACK_ENV=production RAILS_ENV=production RAILS_LOG_TO_STDOUT=1 RAILS_SERVE_STATIC_FILES=1'
      : '    RACK_ENV=production APP_ENV=production',
    'WORKDIR /app',
    '',
    'FROM base AS build',
    // Node comes along with the packages.
    aptLine(native.build.filter((name) => !packages || name !== 'nodejs')),
    `COPY ${manifests.join(' ')} ./`,
    plan.installCommand !== '' && runFor(plan.installCommand),
    ...(packages ? packageLines(packages, plan, base) : [assets ? 'COPY --from=assets /app ./' : 'COPY . .']),
    // Rails wants a key to start, and none is needed for this; the assets of Node are there already.
    plan.buildCommand !== '' &&
      runFor(
        `SECRET_KEY_BASE_DUMMY=1 SECRET_KEY_BASE=unused ${packages ? '' : 'SKIP_JS_BUILD=1 SKIP_CSS_BUILD=1 '}${plan.buildCommand}`,
      ),
    packages !== undefined && 'RUN rm -rf node_modules',
    '',
    'FROM base',
    'RUN useradd --system --create-home app',
    'COPY --from=build /usr/local/bundle /usr/local/bundle',
    'COPY --from=build --chown=app:app /app ./',
    `ENV PORT=${plan.port}`,
    'USER app',
    `EXPOSE ${plan.port}`,
    healthcheckFor('ruby', plan),
    `CMD ${cmdFor(plan.startCommand)}`,
  );
}
