import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** GitHub's own parser of workflows. It imports JSON in a way that only bundlers take, so it is bundled. */
export async function loadWorkflowParser(): Promise<typeof import('@actions/workflow-parser')> {
  const folder = mkdtempSync(path.join(tmpdir(), 'workflow-parser-'));
  try {
    const outfile = path.join(folder, 'parser.mjs');
    const entry = fileURLToPath(import.meta.resolve('@actions/workflow-parser'));
    await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
    return await import(/* @vite-ignore */ pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
