// `npm run test:failures [-- name …]`: installs what is missing, then makes every failure real and prints what came of it.
import { ensureBaseImages } from '../support/baseImages.mjs';
import { bootstrap, ROOT } from '../support/bootstrap.mjs';
import { ensureEngine } from '../support/engine.mjs';
import { endWithSentence, run } from '../support/process.mjs';

async function main(names) {
  await bootstrap();
  await ensureEngine();
  await ensureBaseImages();
  const { code } = await run('node', ['test/failures/play.ts', ...names], { cwd: ROOT, inherit: true });
  process.exitCode = code;
}

await main(process.argv.slice(2)).catch(endWithSentence);
