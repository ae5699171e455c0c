import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The stories in a real VS Code, one window at a time. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/vscode/e2e/*.test.ts'],
    globalSetup: 'test/vscode/e2e/setup.ts',
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
