import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sourceLinesIn } from '../../src/assistant/frames.ts';
import { shorten } from '../../src/assistant/shorten.ts';

const long = Array.from({ length: 5_000 }, (_, at) => `line ${at} of a build that says nothing`);

describe('shortening a long log', () => {
  test('keeps the error with its neighbours, the beginning and the end, and says what is left out', () => {
    const lines = [...long];
    lines[2_500] = 'Error: Cannot find module express';
    const short = shorten(lines.join('\n'), 4_000);
    for (const kept of ['Cannot find module', 'line 2499 ', 'line 2501 ', 'line 4999 ', 'line 0 '])
      expect(short).toContain(kept);
    expect(short).toMatch(/\[… \d+ lines left out …\]/);
    expect(Buffer.byteLength(short)).toBeLessThan(4_500);
  });

  test('accounts for every line', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('error: x', 'a', 'b c'), { maxLength: 200 }),
        fc.nat(400),
        (lines, bytes) => {
          const short = shorten(lines.join('\n'), bytes).split('\n');
          const gaps = short.flatMap((line) => /^\[… (\d+) lines? left out …\]$/.exec(line)?.[1] ?? []);
          const shown = short.length - gaps.length;
          expect(shown + gaps.reduce((sum, gap) => sum + Number(gap), 0)).toBe(Math.max(1, lines.length));
        },
      ),
    );
  });

  test('says so where a line is cut', () => {
    expect(shorten('x'.repeat(1_200), 10_000)).toContain('[… 200 characters of this line left out …]');
  });
});

test('the files that a log names are found in the workspace, those of libraries are not', () => {
  const files = ['src/server.js', 'main.py', 'web/app.ts', 'cmd/api/main.go'];
  const log = [
    '    at Object.<anonymous> (/app/src/server.js:12:9)',
    '    at /app/node_modules/express/src/server.js:1:1',
    '  File "/usr/src/app/main.py", line 7, in <module>',
    'web/app.ts(3,14): error TS2304',
    '\t/go/src/shop/cmd/api/main.go:21 +0x1d',
    'src/server.js:99',
  ].join('\n');
  expect(sourceLinesIn(log, files)).toEqual([
    { file: 'src/server.js', line: 12 },
    { file: 'main.py', line: 7 },
    { file: 'web/app.ts', line: 3 },
    { file: 'cmd/api/main.go', line: 21 },
  ]);
});
