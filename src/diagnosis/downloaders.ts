/** A tool that fetches what an app is built of. */
export interface Downloader {
  /** How it stands in a RUN. */
  sign: RegExp;
  /** What it reads to know what to fetch; empty where it needs the sources too. */
  lockFile: string;
  /** Where it keeps what it has fetched, for root in a container. */
  cache: string;
}

const downloaders: readonly Downloader[] = [
  {
    sign: /\bpnpm (?:install|i)\b/,
    lockFile: 'package.json and pnpm-lock.yaml',
    cache: '/root/.local/share/pnpm/store',
  },
  { sign: /\bnpm (?:ci|install|i)\b/, lockFile: 'package.json and package-lock.json', cache: '/root/.npm' },
  { sign: /\byarn(?: install|$| --)/, lockFile: 'package.json and yarn.lock', cache: '/usr/local/share/.cache/yarn' },
  { sign: /\bbun (?:install|i)\b/, lockFile: 'package.json and bun.lock', cache: '/root/.bun/install/cache' },
  { sign: /\buv (?:sync|pip install)\b/, lockFile: 'pyproject.toml and uv.lock', cache: '/root/.cache/uv' },
  { sign: /\bpoetry install\b/, lockFile: 'pyproject.toml and poetry.lock', cache: '/root/.cache/pypoetry' },
  { sign: /\bpip3? install\b/, lockFile: 'requirements.txt', cache: '/root/.cache/pip' },
  { sign: /\bbundle install\b/, lockFile: 'Gemfile and Gemfile.lock', cache: '/usr/local/bundle/cache' },
  { sign: /\bcomposer install\b/, lockFile: 'composer.json and composer.lock', cache: '/root/.composer/cache' },
  { sign: /\bgo mod download\b/, lockFile: 'go.mod and go.sum', cache: '/go/pkg/mod' },
  { sign: /\bgo build\b/, lockFile: '', cache: '/root/.cache/go-build' },
  { sign: /\bcargo build\b/, lockFile: '', cache: '/usr/local/cargo/registry' },
  { sign: /\bmvnw?\b/, lockFile: '', cache: '/root/.m2' },
  { sign: /\bgradlew?\b/, lockFile: '', cache: '/root/.gradle' },
];

/** The tool that an instruction such as `[2/4] RUN npm ci` runs; undefined for another. */
export function downloaderOf(instruction: string): Downloader | undefined {
  if (!/^\[[^\]]*\] RUN /.test(instruction)) return undefined;
  return downloaders.find(({ sign }) => sign.test(instruction));
}
