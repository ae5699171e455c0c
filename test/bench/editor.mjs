// `npm run bench:editor`: what the extension costs in a real VS Code, measured there. On another computer the times differ.
import { ensureBaseImages } from '../support/baseImages.mjs';
import { bootstrap, ROOT } from '../support/bootstrap.mjs';
import { ensureEngine } from '../support/engine.mjs';
import { endWithSentence, run } from '../support/process.mjs';

try {
  await bootstrap({ build: true });
  await ensureEngine();
  await ensureBaseImages();
  const { code } = await run('node', ['test/bench/editor.ts'], { cwd: ROOT, inherit: true });
  process.exitCode = code;
} catch (error) {
  endWithSentence(error);
}
