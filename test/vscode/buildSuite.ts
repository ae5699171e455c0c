import path from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../support/bootstrap.mjs';

/** Bundles the suite that runs inside the extension host. It lies in the project, so that it finds mocha there. */
export async function buildSuite(): Promise<string> {
  const outfile = path.join(ROOT, 'dist-test/suite.cjs');
  await build({
    entryPoints: [path.join(ROOT, 'test/vscode/suite/index.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
  return outfile;
}
