/** What the official image has built in. */
const builtIn = new Set(
  'core ctype curl date dom fileinfo filter ftp hash iconv json libxml mbstring mysqlnd openssl pcre pdo pdo_sqlite phar posix random readline reflection session simplexml sodium spl sqlite3 standard tokenizer xml xmlreader xmlwriter zlib'.split(
    ' ',
  ),
);

/** Packages of Debian: those that an extension is compiled with, where the image brings the compiler, and those it is loaded with. */
const libraries: Record<string, readonly [build: string, run: string]> = {
  amqp: ['librabbitmq-dev', 'librabbitmq4'],
  gd: ['libpng-dev libjpeg-dev libfreetype-dev', 'libpng16-16 libjpeg62-turbo libfreetype6'],
  gmp: ['libgmp-dev', 'libgmp10'],
  imagick: ['libmagickwand-dev', 'libmagickwand-6.q16-6'],
  imap: ['libc-client-dev libkrb5-dev', 'libc-client2007e'],
  intl: ['libicu-dev', 'libicu72'],
  ldap: ['libldap2-dev', 'libldap-2.5-0'],
  memcached: ['libmemcached-dev libssl-dev zlib1g-dev', 'libmemcached11 libmemcachedutil2'],
  mongodb: ['libssl-dev', ''],
  pdo_pgsql: ['libpq-dev', 'libpq5'],
  pgsql: ['libpq-dev', 'libpq5'],
  soap: ['libxml2-dev', ''],
  xsl: ['libxslt1-dev', 'libxslt1.1'],
  zip: ['libzip-dev', 'libzip4'],
};
/** Those that leave something out unless they are told. */
const configured: Record<string, string> = {
  gd: '--with-freetype --with-jpeg',
  imap: '--with-kerberos --with-imap-ssl',
};
/** Those that come from PECL. */
const pecl = new Set(['redis', 'imagick', 'mongodb', 'apcu', 'memcached', 'amqp', 'xdebug']);

export interface Extensions {
  /** Lists for apt-get: to compile, and to run. */
  build: string[];
  run: string[];
  /** Commands before the compilation. */
  configure: string[];
  compiled: string[];
  fetched: string[];
}

/** What has to be added to the image of a release (`8.4`) for these extensions. */
export function extensionsToAdd(asked: readonly string[], release: string): Extensions {
  // From 8.5 on it is a part of PHP itself.
  const isThere = (name: string) => builtIn.has(name) || (name === 'opcache' && Number(release) >= 8.5);
  const missing = [...new Set(asked)].filter((name) => !isThere(name) && /^\w+$/.test(name));
  const packages = (index: 0 | 1) => [
    ...new Set(missing.flatMap((name) => libraries[name]?.[index].split(' ').filter(Boolean) ?? [])),
  ];
  return {
    build: packages(0),
    run: packages(1),
    configure: missing.flatMap((name) =>
      configured[name] ? [`docker-php-ext-configure ${name} ${configured[name]}`] : [],
    ),
    compiled: missing.filter((name) => !pecl.has(name)),
    fetched: missing.filter((name) => pecl.has(name)),
  };
}
