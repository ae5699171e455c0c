import path from 'node:path';
import { build } from 'esbuild';
import { options } from '../../esbuild.mjs';
import { ROOT } from '../support/bootstrap.mjs';

/** Bundles the suite that runs inside the extension host. It lies in the project, so that it finds mocha there. */
export async function buildSuite(): Promise<string> {
  const outfile = path.join(ROOT, 'dist-test/suite.cjs');
  await build({
    ...options,
    entryPoints: [path.join(ROOT, 'test/vscode/suite/index.ts')],
    outfile,
    minify: false,
    sourcemap: 'inline',
    external: [...options.external, 'vscode', 'mocha'],
  });
  return outfile;
}
