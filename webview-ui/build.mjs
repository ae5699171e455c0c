// Bundles the page: `main.js`, `style.css` and `codicon.ttf`, the only files that a webview may load.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const HERE = path.dirname(fileURLToPath(import.meta.url));

/** Answers with esbuild's metafile. */
export async function bundleWebview(outdir) {
  const { metafile } = await build({
    entryPoints: [path.join(HERE, 'main.ts'), path.join(HERE, 'style.css')],
    outdir,
    bundle: true,
    format: 'esm',
    // The Chromium of VS Code 1.100.
    target: 'chrome132',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
    conditions: ['production'],
    metafile: true,
  });
  return metafile;
}
