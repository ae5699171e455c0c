import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DockerfileParser } from 'dockerfile-ast';
import { describe, expect, test } from 'vitest';
import { detectApp } from '../../src/frameworks/index.ts';
import { readDockerfile } from '../../src/frameworks/ownDockerfile/facts.ts';
import { openSourceTree } from '../../src/frameworks/sourceTree.ts';

const apps = fileURLToPath(new URL('../fixtures/apps/', import.meta.url));
const golden = fileURLToPath(new URL('../golden/dockerfiles/', import.meta.url));
const names = readdirSync(apps, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** A new folder here is a new test; what is expected stands beside it. */
describe.each(names)('the app %s', (name) => {
  test('is recognised with its evidence', async () => {
    const { dockerfile: _text, dockerignore: _lines, wishes: _said, folder, context, ...plan } = await detect(name);
    const evidence = plan.evidence.map(({ file, line, says }) => `${file}${line ? `:${line}` : ''} ${says}`);
    const expected = JSON.parse(readFileSync(join(apps, `${name}.expected.json`), 'utf8'));
    expect({ folder, context, ...plan, evidence }).toEqual({ folder: '.', context: '.', ...expected });
  });

  test('has evidence that stands where it says', async () => {
    const { folder, evidence } = await detect(name);
    for (const { file, line } of evidence) {
      // In a monorepo it stands in the folder of the app or, like the lock file, at the root.
      const found = [join(apps, name, folder, file), join(apps, name, file)].find(existsSync);
      const lines = readFileSync(found ?? file, 'utf8').split('\n');
      if (line) expect(lines[line - 1]?.trim()).toBeTruthy();
    }
  });

  test('gets the same Dockerfile as ever, or keeps its own', async () => {
    const { dockerfile, dockerfilePath } = await detect(name);
    if (dockerfilePath) expect(dockerfile).toBe('');
    else await expect(dockerfile).toMatchFileSnapshot(join(golden, `${name}.Dockerfile`));
  });

  test('gets a Dockerfile by the rules', async () => {
    const { dockerfile, dockerfilePath, port, healthPath } = await detect(name);
    if (dockerfilePath) return;
    const instructions = DockerfileParser.parse(dockerfile).getInstructions();
    const last = instructions.slice(instructions.findLastIndex((each) => each.getKeyword() === 'FROM'));
    const keywords = last.map((each) => each.getKeyword());
    expect(dockerfile).not.toContain('# syntax');
    expect(keywords).toContain('USER');
    expect(keywords.at(-1)).toBe('CMD');
    expect(JSON.parse(last.at(-1)?.getRawArgumentsContent() ?? '')).toBeInstanceOf(Array);
    expect(last.find((each) => each.getKeyword() === 'EXPOSE')?.getRawArgumentsContent()).toBe(String(port));
    // Once it is saved it is read as the project's own, and has to say the same.
    const facts = await readDockerfile(dockerfile);
    expect(facts).toMatchObject({ port: { value: port }, health: { value: healthPath || '/' } });
  });
});

async function detect(name: string) {
  return detectApp(await openSourceTree(join(apps, name)), {});
}
