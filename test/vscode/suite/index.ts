import { appendFileSync, writeFileSync } from 'node:fs';
import type Mocha from 'mocha';
import { measured } from './measured.ts';

/**
 * What VS Code calls once it is up: runs the suite inside the extension host. How it goes is appended to the file
 * DEPLOYOTRON_TEST_LOG as it happens, and the counts are written to DEPLOYOTRON_TEST_RESULT in the end.
 */
export async function run(): Promise<void> {
  // At run time: mocha is an ES module, which this bundle, a CommonJS one as VS Code wants it, can only import so.
  const { default: MochaRunner } = await import('mocha');
  const mocha = new MochaRunner({ ui: 'bdd', timeout: 60_000, reporter: MochaRunner.reporters.Base });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  // Activation is first, since it happens only once.
  await import('./activation.ts');
  await import('./manifest.ts');
  await import('./settings.ts');
  await import('./tree.ts');
  await import('./api.ts');
  const counts = await new Promise<Counts>((resolve) => {
    const runner = mocha.run(() => resolve(countsOf(runner.stats)));
    runner.on('pass', (test) => say(`  ✓ ${test.fullTitle()} (${test.duration} ms)`));
    runner.on('pending', (test) => say(`  - ${test.fullTitle()}`));
    runner.on('fail', (test, error) => say(`  ✗ ${test.fullTitle()}\n${error.stack}`));
  });
  write(process.env.DEPLOYOTRON_TEST_RESULT, JSON.stringify({ ...counts, measured }), writeFileSync);
  if (counts.failed > 0) throw new Error(`${counts.failed} of the tests inside the extension host failed.`);
}

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const countsOf = (stats?: Mocha.Stats): Counts => ({
  passed: stats?.passes ?? 0,
  failed: stats?.failures ?? 0,
  skipped: stats?.pending ?? 0,
});

const say = (line: string) => write(process.env.DEPLOYOTRON_TEST_LOG, `${line}\n`, appendFileSync);

function write(file: string | undefined, text: string, how: (file: string, text: string) => void): void {
  if (file) how(file, text);
}
