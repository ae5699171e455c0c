/**
 * What recognition takes, for every fixture app and for a folder of 50,000 files: `npm run bench:detect`.
 * Each is opened anew every time, as a command does; the first round, which loads the libraries, is not counted.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { detectApp } from '../../src/frameworks/index.ts';
import { openSourceTree } from '../../src/frameworks/sourceTree.ts';

const rounds = 10;
const apps = fileURLToPath(new URL('../fixtures/apps/', import.meta.url));
const names = readdirSync(apps, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function milliseconds(folder: string): Promise<number> {
  const began = performance.now();
  await detectApp(await openSourceTree(folder), {});
  return performance.now() - began;
}

async function medianOf(folder: string): Promise<number> {
  await milliseconds(folder);
  const taken: number[] = [];
  for (let round = 0; round < rounds; round += 1) taken.push(await milliseconds(folder));
  return median(taken);
}

const perApp: [string, number][] = [];
for (const name of names) perApp.push([name, await medianOf(path.join(apps, name))]);
perApp.sort(([, a], [, b]) => b - a);
for (const [name, taken] of perApp) console.log(`${name.padEnd(26)} ${taken.toFixed(1).padStart(6)} ms`);
console.log(
  `${perApp.length} projects, median ${median(perApp.map(([, taken]) => taken)).toFixed(1)} ms, slowest ${perApp[0]?.[0]}`,
);

const large = mkdtempSync(path.join(tmpdir(), 'deployotron-detect-'));
try {
  writeFileSync(path.join(large, 'package.json'), '{"dependencies":{"koa":"^3"}}');
  writeFileSync(path.join(large, 'index.js'), 'app.listen(4000)');
  for (let folder = 0; folder < 500; folder += 1) {
    mkdirSync(path.join(large, `data/${folder}`), { recursive: true });
    for (let file = 0; file < 100; file += 1) writeFileSync(path.join(large, `data/${folder}/${file}`), '');
  }
  console.log(`${'50,000 files'.padEnd(26)} ${(await medianOf(large)).toFixed(1).padStart(6)} ms`);
} finally {
  rmSync(large, { recursive: true });
}
