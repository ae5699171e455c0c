// `npm run screenshots`: makes the pictures of the README from the real thing, light and dark, into media/.
import { ensureBaseImages } from '../support/baseImages.mjs';
import { bootstrap, ROOT } from '../support/bootstrap.mjs';
import { ensureEngine } from '../support/engine.mjs';
import { endWithSentence, run } from '../support/process.mjs';

try {
  await bootstrap();
  await ensureEngine();
  await ensureBaseImages();
  const { code } = await run('node', ['test/vscode/takeScreenshots.ts'], { cwd: ROOT, inherit: true });
  process.exitCode = code;
} catch (error) {
  endWithSentence(error);
}
