import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/**/*.test.ts'],
    // A real VS Code has a configuration of its own.
    exclude: ['test/fixtures/**', 'test/vscode/**'],
    pool: 'forks',
    // Real builds, pushes and rollouts; a hang must still end.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
