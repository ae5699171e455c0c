// Installs what is missing for the newcomer's two commands. Runs on Node 20 with no node_modules: it may import only Node's own modules.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { endWithSentence, mustRun, run } from './process.mjs';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BIN = path.join(ROOT, 'node_modules/.bin');

/**
 * Afterwards the development packages are those of package-lock.json, and what is started by name comes from
 * node_modules/.bin first: that brings a newer Node too. Throws an Error with a sentence.
 */
export async function bootstrap({ build = false, say = console.log } = {}) {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new Error(`Node ${process.versions.node} is too old: install Node 20 or newer (nodejs.org).`);
  }
  if ((await run('git', ['--version'])).code !== 0)
    throw new Error('git is missing: install it (git-scm.com), then run this again.');
  if (!isInstalled()) {
    say('Installing the development packages (npm ci) ...');
    const options = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
    await mustRun('The development packages could not be installed', 'npm', options, { cwd: ROOT });
  }
  process.env.PATH = [BIN, ...process.env.PATH.split(path.delimiter).filter((folder) => folder !== BIN)].join(
    path.delimiter,
  );
  if (build) await mustRun('The build failed', 'node', ['esbuild.mjs'], { cwd: ROOT });
}

/** Compares what npm wrote down as installed with what the lock file asks for; optional packages may be for other platforms. */
function isInstalled() {
  const installed = readPackages('node_modules/.package-lock.json');
  const wanted = Object.entries(readPackages('package-lock.json') ?? {}).filter(([where]) => where !== '');
  const isRight = ([where, { version, optional }]) =>
    installed[where] ? installed[where].version === version : optional;
  return installed !== undefined && wanted.every(isRight);
}

function readPackages(file) {
  const full = path.join(ROOT, file);
  return existsSync(full) ? JSON.parse(readFileSync(full, 'utf8')).packages : undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bootstrap({ build: process.argv.includes('--build') }).catch(endWithSentence);
}
