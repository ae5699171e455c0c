import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bundleModules } from '../../esbuild.mjs';
import { ROOT } from '../support/bootstrap.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'deployotron-lazy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every `const { a, b: c } = await import('library')` of the source, by library. */
function lazyImports(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const files = readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((each) => each.endsWith('.ts'))) {
    const text = readFileSync(path.join(ROOT, 'src', file), 'utf8');
    for (const [, names = '', library = ''] of text.matchAll(/\{([^{}]*)\} = await import\('([^'.][^']*)'\)/g)) {
      const known = found.get(library) ?? new Set();
      for (const name of names.split(',')) known.add(name.split(':')[0]?.trim() ?? '');
      found.set(library, known);
    }
  }
  return found;
}

test('what the source asks of a library that is loaded lazily is there in the bundled extension', async () => {
  const asked = [...lazyImports()].map(([library, names]) => ({ library, names: [...names].filter(Boolean) }));
  expect(asked.map(({ library }) => library)).toEqual(
    expect.arrayContaining(['semver', 'yaml', 'sql.js', 'dockerode']),
  );
  const lines = asked.map(
    ({ library, names }) =>
      `for (const name of ${JSON.stringify(names)}) if ((await import('${library}'))[name] === undefined) console.log('${library}', name);`,
  );
  await bundleModules({ stdin: { contents: lines.join('\n'), resolveDir: ROOT } }, folder);
  expect(execFileSync('node', [path.join(folder, 'stdin.mjs')], { encoding: 'utf8' })).toBe('');
});
