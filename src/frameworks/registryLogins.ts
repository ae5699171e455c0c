/** A variable of the environment that holds a login, or a part of one. */
export interface Asked {
  name: string;
  /** From 1. */
  line: number;
  /** False where a registry may let everyone read. */
  isNeeded: boolean;
}

/** Where a package manager is told of a registry that may ask who is there. */
export interface RegistryPlace {
  files: RegExp;
  /** What reads it, in a command. */
  program: RegExp;
  asked(text: string): Asked[];
}

const node = /\b(?:npm|npx|yarn|pnpm|bun)\b/;

/** Variables that the file itself names, in the first group. */
const named =
  (pattern: RegExp) =>
  (text: string): Asked[] =>
    [...text.matchAll(pattern)].map((match) => ({
      name: match[1] ?? '',
      line: lineOf(text, match.index),
      isNeeded: true,
    }));

/** Registries, in the first group, whose login has a fixed name; those in `open` ask for none. */
const called =
  (pattern: RegExp, names: (registry: string) => string[], open = /^$/) =>
  (text: string): Asked[] =>
    [...text.matchAll(pattern)]
      .filter((match) => !open.test(match[0]))
      .flatMap((match) =>
        names(match[1] ?? '').map((name) => ({ name, line: lineOf(text, match.index), isNeeded: false })),
      );

const upper = (name: string) => name.toUpperCase().replace(/[^A-Z0-9]/g, '_');
const both = (prefix: string) => (name: string) => [
  `${prefix}_${upper(name)}_USERNAME`,
  `${prefix}_${upper(name)}_PASSWORD`,
];
const openPython = /\/\/(?:pypi\.org|download\.pytorch\.org)/;

export const registryPlaces: readonly RegistryPlace[] = [
  { files: /^\.npmrc$/, program: node, asked: named(/\$\{(\w+)\??\}/g) },
  { files: /^\.yarnrc\.yml$/, program: node, asked: named(/\$\{(\w+)(?::?-[^}]*)?\}/g) },
  { files: /^bunfig\.toml$/, program: node, asked: named(/["'][^"'\n]*\$\{?(\w+)/g) },
  // Of pip's own making: capitals alone, see "Using environment variables" in its reference.
  { files: /^requirements[\w./-]*\.txt$/, program: /\bpip\b/, asked: named(/\$\{([A-Z][A-Z0-9_]*)\}/g) },
  { files: /^Pipfile$/, program: /\bpipenv\b/, asked: named(/^[ \t]*url\s*=.*?\$\{?(\w+)/gm) },
  {
    files: /^pyproject\.toml$/,
    program: /\bpoetry\b/,
    asked: called(
      /\[\[tool\.poetry\.source\]\][^[]*?\bname\s*=\s*["']([\w.-]+)["'][^[]*/g,
      both('POETRY_HTTP_BASIC'),
      openPython,
    ),
  },
  {
    files: /^pyproject\.toml$/,
    program: /\buv\b/,
    asked: called(/\[\[tool\.uv\.index\]\][^[]*?\bname\s*=\s*["']([\w.-]+)["'][^[]*/g, both('UV_INDEX'), openPython),
  },
  { files: /^pyproject\.toml$/, program: /\bpdm\b/, asked: named(/^[ \t]*url\s*=.*?\$\{(\w+)\}/gm) },
  {
    files: /^Gemfile$/,
    program: /\bbundle\b/,
    asked: called(
      /^[ \t]*source[ (]{0,9}["']https?:\/\/(?:[^@/"']*@)?([\w.-]+)/gm,
      (host) => [`BUNDLE_${host.toUpperCase().replaceAll('-', '___').replaceAll('.', '__')}`],
      /\/\/rubygems\.org/,
    ),
  },
  {
    files: /^composer\.json$/,
    program: /\bcomposer\b/,
    asked: (text) =>
      /"repositories"/.test(text) ? called(/"url"\s*:\s*"https?:/g, () => ['COMPOSER_AUTH'])(text).slice(0, 1) : [],
  },
  { files: /^nuget\.config$/i, program: /\bdotnet\b/, asked: named(/value="[^"]*%(\w+)%/g) },
  {
    files: /^\.cargo\/config\.toml$/,
    program: /\bcargo\b/,
    asked: called(/^\[registries\.["']?([\w-]+)["']?\]/gm, (name) => [`CARGO_REGISTRIES_${upper(name)}_TOKEN`]),
  },
  { files: /^(?:\.mvn\/)?settings\.xml$/, program: /\bmvnw?\b/, asked: named(/\$\{env\.(\w+)\}/g) },
  {
    files: /^(?:build|settings)\.gradle(?:\.kts)?$/,
    program: /\bgradlew?\b/,
    asked: (text) =>
      named(/getenv\(\s*["'](\w*(?:TOKEN|PASSWORD|USER|USERNAME|ACTOR))["']\s*\)/g)(text).map((each) => ({
        ...each,
        isNeeded: false,
      })),
  },
];

export function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
