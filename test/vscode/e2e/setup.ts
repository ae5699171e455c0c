import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { NEWEST, OLDEST } from '../install.mjs';
import { installExtension, packageExtension } from '../vsix.ts';

declare module 'vitest' {
  interface ProvidedContext {
    vsix: string;
    extensionsDir: string;
    oldestExtensionsDir: string;
  }
}

/** Packaged once, and installed once in each VS Code. */
export default async function setup({ provide }: TestProject) {
  const folder = mkdtempSync(path.join(tmpdir(), 'deployotron-vsix-'));
  const vsix = await packageExtension(folder);
  provide('vsix', vsix);
  provide('extensionsDir', await installExtension(vsix, folder, NEWEST));
  provide('oldestExtensionsDir', await installExtension(vsix, folder, OLDEST));
  return () => rmSync(folder, { recursive: true, force: true });
}
