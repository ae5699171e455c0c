import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from '@cdktn/hcl2json';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hcl, hclFile, quoted } from '../../src/infrastructure/hcl.ts';

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: that is what is tested
const hostile = [
  '${file("/etc/passwd")}',
  '%{ if true }yes%{ endif }',
  '$${already} $$${twice} %%{escaped}',
  'a "quoted" \\ back\\slash',
  'line one\nline two\r\n\ttab',
  '# no comment // nor this /* nor that */',
  '<<EOT\nEOT',
  '\u001b[31mred\u0000\u007f',
  'right\u202eto left\u2028line',
  'ends with $',
  '${',
  '',
  '😀 é',
];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: that was it

/** The parser gives templates back as they were written. */
const unescaped = (text: unknown) =>
  String(text)
    .replace(/\$\$\{/g, '${')
    .replace(/%%\{/g, '%{');
/** HCL holds all text in this form. */
const normal = (text: string) => text.replace(/\p{Cs}/gu, '\ufffd').normalize('NFC');

test.each(hostile)('%j comes back as it went in', async (text) => {
  const { a } = await parse('a.tfvars', hclFile(`a = ${quoted(text)}`));
  expect(unescaped(a)).toBe(normal(text));
});

test('any text stays text: nothing in it is an expression, and it ends where it ends', async () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom('$', '{', '}', '%', '"', '\\', '\n', '#', '='),
      fc.string({ unit: 'binary', maxLength: 1 }),
    ),
  });
  await fc.assert(
    fc.asyncProperty(text, fc.dictionary(text, text), async (value, map) => {
      const { a, b, c } = await parse(
        'a.tfvars',
        hclFile(`a = ${quoted(value)}\nb = ${hcl([value])}\nc = ${hcl(map)}`),
      );
      expect([unescaped(a), (b as string[]).map(unescaped)]).toEqual([normal(value), [normal(value)]]);
      const read = Object.entries(c as object).map(([key, each]) => [unescaped(key), unescaped(each)]);
      const keys = Object.entries(map).map(([key, each]) => [normal(key), normal(each)]);
      expect(new Map(read as [string, string][])).toEqual(new Map(keys as [string, string][]));
    }),
    { numRuns: 300 },
  );
});

test.runIf(spawnSync('terraform', ['version']).status === 0)('Terraform itself reads it as it went in', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'terraform-'));
  try {
    writeFileSync(
      path.join(folder, 'main.tf'),
      'variable "texts" {\n  type = list(string)\n}\n\noutput "texts" {\n  value = var.texts\n}\n',
    );
    writeFileSync(path.join(folder, 'terraform.tfvars'), hclFile(`texts = ${hcl(hostile)}`));
    const run = (...words: string[]) =>
      execFileSync('terraform', words, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    run('apply', '-auto-approve', '-input=false', '-no-color');
    expect(JSON.parse(run('output', '-json')).texts.value).toEqual(hostile.map(normal));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the equals signs of lines that follow one another stand in one column', () => {
  expect(hclFile('a = 1\nlonger = 2\nlist = [\n  1,\n]\nb = 3', 'c = 4')).toBe(
    'a      = 1\nlonger = 2\nlist = [\n  1,\n]\nb = 3\n\nc = 4\n',
  );
});
