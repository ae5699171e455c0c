/** What the official image has built in. */
const builtIn = new Set(
  'core ctype curl date dom fileinfo filter ftp hash iconv json libxml mbstring mysqlnd openssl pcre pdo pdo_sqlite phar posix random readline reflection session simplexml sodium spl sqlite3 standard tokenizer xml xmlreader xmlwriter zlib'.split(
    ' ',
  ),
);

/** Packages of Debian that an extension is compiled with; the image brings the compiler. */
const libraries: Record<string, string> = {
  gd: 'libpng-dev libjpeg-dev libfreetype-dev',
  gmp: 'libgmp-dev',
  imap: 'libc-client-dev libkrb5-dev',
  intl: 'libicu-dev',
  ldap: 'libldap2-dev',
  pdo_pgsql: 'libpq-dev',
  pgsql: 'libpq-dev',
  soap: 'libxml2-dev',
  xsl: 'libxslt1-dev',
  zip: 'libzip-dev',
};
/** Those that come from PECL. */
const pecl = new Set(['redis', 'imagick', 'mongodb', 'apcu', 'memcached', 'amqp', 'xdebug']);

/** What has to be added to the image for these extensions. */
export function extensionsToAdd(asked: readonly string[]): {
  packages: string[];
  compiled: string[];
  fetched: string[];
} {
  const missing = asked.filter((name) => !builtIn.has(name) && /^\w+$/.test(name));
  const compiled = missing.filter((name) => !pecl.has(name));
  return {
    packages: [...new Set(compiled.flatMap((name) => libraries[name]?.split(' ') ?? []))],
    compiled,
    fetched: missing.filter((name) => pecl.has(name)),
  };
}
