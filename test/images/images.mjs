// `npm run test:images`: builds every fixture app by Docker, runs it as ECS would and asks it over HTTP.
// Names of fixtures as arguments: only those.
import path from 'node:path';
import { ensureEveryBaseImage } from '../support/baseImages.mjs';
import { bootstrap, ROOT } from '../support/bootstrap.mjs';
import { ensureEngine } from '../support/engine.mjs';
import { endChildren, endWithSentence, run } from '../support/process.mjs';

async function main() {
  await bootstrap();
  await ensureEngine();
  await ensureEveryBaseImage();
  // In a process of its own, since the development packages bring a Node that reads TypeScript.
  const proof = path.join(ROOT, 'test/images/run.ts');
  const { code } = await run('node', [proof, ...process.argv.slice(2)], { cwd: ROOT, inherit: true });
  process.exitCode = code;
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    endChildren(signal);
    process.exit(130);
  });
}
await main().catch(endWithSentence);
