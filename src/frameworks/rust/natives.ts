/** Libraries of C that a crate links against, as Debian calls them: for the build, and for the run. */
const natives: readonly [crate: string, build: string, run: string][] = [
  ['openssl-sys', 'libssl-dev pkg-config', 'libssl3'],
  ['pq-sys', 'libpq-dev', 'libpq5'],
  ['mysqlclient-sys', 'default-libmysqlclient-dev', 'libmariadb3'],
  ['rdkafka-sys', 'cmake', 'libstdc++6'],
];

/** Lists for apt-get, from the text of Cargo.lock. */
export function nativeLibraries(lock: string): { build: string[]; run: string[] } {
  const found = natives.filter(([crate]) => lock.includes(`name = "${crate}"`));
  // Its sources come along then, and nothing of the system is linked.
  const linked = lock.includes('name = "openssl-src"') ? found.filter(([crate]) => crate !== 'openssl-sys') : found;
  return { build: linked.flatMap(([, build]) => build.split(' ')), run: linked.map(([, , run]) => run) };
}
