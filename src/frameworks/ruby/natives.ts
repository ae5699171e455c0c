/** Gems that are compiled on installation, and the libraries of Debian that they need: to build, and to run. */
const natives: readonly [gem: string, build: string, run: string][] = [
  ['pg', 'libpq-dev', 'libpq5'],
  ['mysql2', 'default-libmysqlclient-dev', 'libmariadb3'],
  ['sqlite3', 'libsqlite3-dev', 'libsqlite3-0'],
  ['image_processing', '', 'libvips42'],
  ['ruby-vips', '', 'libvips42'],
  ['rmagick', 'libmagickwand-dev', 'libmagickwand-6.q16-6'],
  ['charlock_holmes', 'libicu-dev', 'libicu72'],
  ['ffi', 'libffi-dev', ''],
  ['idn-ruby', 'libidn-dev', 'libidn12'],
  // Scripts and styles are compressed by a program in JavaScript.
  ['execjs', 'nodejs', ''],
  ['uglifier', 'nodejs', ''],
  ['terser', 'nodejs', ''],
  ['autoprefixer-rails', 'nodejs', ''],
];

/** Lists for apt-get; what compiles most gems is always in the first. */
export function nativeLibraries(gems: readonly string[]): { build: string[]; run: string[] } {
  const found = natives.filter(([gem]) => gems.includes(gem));
  const words = (texts: string[]) => [...new Set(texts.filter((text) => text !== ''))];
  return {
    build: words(['build-essential', 'git', 'libyaml-dev', 'pkg-config', ...found.map(([, build]) => build)]),
    run: words(found.map(([, , run]) => run)),
  };
}
