interface Native {
  name: string;
  /** Packages of Debian that it is compiled with; undefined for one that comes compiled and only loads a library. */
  build?: string[];
  run: string[];
}

const natives: readonly Native[] = [
  { name: 'psycopg2', build: ['libpq-dev'], run: ['libpq5'] },
  { name: 'mysqlclient', build: ['default-libmysqlclient-dev'], run: ['libmariadb3'] },
  { name: 'uwsgi', build: [], run: [] },
  { name: 'pycurl', build: ['libcurl4-openssl-dev', 'libssl-dev'], run: ['libcurl4'] },
  { name: 'python-ldap', build: ['libldap2-dev', 'libsasl2-dev'], run: ['libldap-2.5-0'] },
  { name: 'pycairo', build: ['libcairo2-dev'], run: ['libcairo2'] },
  { name: 'xmlsec', build: ['libxmlsec1-dev'], run: ['libxmlsec1-openssl'] },
  { name: 'psycopg', run: ['libpq5'] },
  { name: 'python-magic', run: ['libmagic1'] },
  { name: 'weasyprint', run: ['libpango-1.0-0', 'libpangoft2-1.0-0', 'libharfbuzz-subset0'] },
];

/** Lists for apt-get. A package that is there as `psycopg2-binary` needs nothing. */
export function nativeLibraries(dependencies: readonly string[]): { build: string[]; run: string[] } {
  const found = natives.filter(({ name }) => dependencies.includes(name));
  const compiled = found.flatMap(({ build }) => (build ? [build] : []));
  return {
    build: compiled.length > 0 ? ['gcc', 'libc6-dev', 'pkg-config', ...compiled.flat()] : [],
    run: found.flatMap(({ run }) => run),
  };
}
