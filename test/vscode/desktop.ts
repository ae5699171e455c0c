// `npm run test:desktop`: the suite inside the extension host of a desktop VS Code, which is downloaded where it is missing.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { ROOT } from '../support/bootstrap.mjs';
import { buildSuite } from './buildSuite.ts';

const root = mkdtempSync(path.join(tmpdir(), 'dt-'));
const log = path.join(root, 'log');
try {
  await runTests({
    version: process.env.VSCODE_VERSION || 'stable',
    extensionDevelopmentPath: ROOT,
    extensionTestsPath: await buildSuite(),
    launchArgs: [
      root,
      '--disable-extensions',
      '--disable-workspace-trust',
      '--skip-welcome',
      '--user-data-dir',
      path.join(root, 'user'),
    ],
    extensionTestsEnv: { DEPLOYOTRON_HOME: path.join(root, 'deployotron'), DEPLOYOTRON_TEST_LOG: log },
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  process.stdout.write(read(log));
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return 'VS Code ended before the first test.\n';
  }
}
