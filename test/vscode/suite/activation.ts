import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { extension } from './extension.ts';
import { measured } from './measured.ts';

const LIMIT_BYTES = 100_000;

/** Must come first: an extension activates only once. */
describe('activation', () => {
  it('has not happened of itself at the start', () => {
    assert.equal(extension().isActive, false);
  });

  it('loads a small part of the extension, and no library', async function () {
    const loaded = recordLoads();
    const began = performance.now();
    await extension().activate();
    measured.activationMs = performance.now() - began;
    if (!loaded) return this.skip();
    const ours = loaded.files().filter((file) => file.startsWith(extension().extensionPath));
    assert.deepEqual(
      ours.filter((file) => file.includes('node_modules')),
      [],
    );
    const bytes = ours.reduce((sum, file) => sum + statSync(file).size, 0);
    measured.activationBytes = bytes;
    assert.ok(
      ours.length > 0 && bytes < LIMIT_BYTES,
      `${bytes} bytes: ${ours.map((file) => path.basename(file)).join(', ')}`,
    );
  });
});

/** Node tells what it loads since 22.15; the oldest VS Code has an older one. */
function recordLoads(): { files(): string[] } | undefined {
  if (!module.registerHooks) return undefined;
  const urls = new Set<string>();
  const hooks = module.registerHooks({
    load(url, context, next) {
      urls.add(url);
      return next(url, context);
    },
  });
  return {
    files() {
      hooks.deregister();
      return [...urls].filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url.split('?')[0] ?? url));
    },
  };
}
