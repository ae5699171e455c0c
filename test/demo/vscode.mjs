// `npm run demo -- --vscode`: VS Code on a sample project, with the extension installed and everything ready. It has a
// state of its own, so that the user's editor, settings and history stay as they are.
import { ensureBaseImages } from '../support/baseImages.mjs';
import { bootstrap, ROOT } from '../support/bootstrap.mjs';
import { ensureEngine } from '../support/engine.mjs';
import { endWithSentence, run } from '../support/process.mjs';

// Ctrl+C goes to the child as well, which tidies up; then this ends too.
process.on('SIGINT', () => {});

try {
  console.log('Preparing: development packages, Docker engine, base images ...');
  await bootstrap({ build: true });
  await ensureEngine();
  await ensureBaseImages();
  const { code } = await run('node', ['test/demo/openVsCode.ts'], { cwd: ROOT, inherit: true });
  process.exitCode = code;
} catch (error) {
  endWithSentence(error);
}
