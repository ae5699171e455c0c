/** Packages that are compiled on installation, and the libraries of Debian that they need: to build, and to run. */
const natives: readonly [name: string, build: string, run: string][] = [
  ['psycopg2', 'libpq-dev', 'libpq5'],
  ['mysqlclient', 'default-libmysqlclient-dev', 'libmariadb3'],
  ['uwsgi', '', ''],
  ['pycurl', 'libcurl4-openssl-dev libssl-dev', 'libcurl4'],
  ['python-ldap', 'libldap2-dev libsasl2-dev', 'libldap-2.5-0'],
  ['pycairo', 'libcairo2-dev', 'libcairo2'],
  ['xmlsec', 'libxmlsec1-dev', 'libxmlsec1-openssl'],
  ['weasyprint', '', 'libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0'],
  ['python-magic', '', 'libmagic1'],
  ['psycopg', '', 'libpq5'],
];

/** Lists for apt-get. A package that is there as `psycopg2-binary` needs nothing. */
export function nativeLibraries(dependencies: readonly string[]): { build: string[]; run: string[] } {
  const found = natives.filter(([name]) => dependencies.includes(name));
  const words = (texts: readonly string[]) => texts.flatMap((text) => text.split(' ').filter((word) => word !== ''));
  const compiled = found.filter(([name]) => !['weasyprint', 'python-magic', 'psycopg'].includes(name));
  const build = words(compiled.map(([, each]) => each));
  return {
    build: compiled.length > 0 ? ['gcc', 'libc6-dev', 'pkg-config', ...build] : [],
    run: words(found.map(([, , each]) => each)),
  };
}
