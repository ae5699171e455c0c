import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanLine, segmentsOf } from '../../src/diagnosis/cleanLine.ts';

const esc = String.fromCharCode(27);
const bell = String.fromCharCode(7);

describe('Colours', () => {
  test('become styles', () => {
    expect(
      segmentsOf(`${esc}[31mError${esc}[0m: ${esc}[1;44mbold${esc}[22m on blue${esc}[49m, ${esc}[92mok${esc}[39m`),
    ).toEqual([
      { text: 'Error', style: { colour: 'red' } },
      { text: ': ', style: {} },
      { text: 'bold', style: { background: 'blue', bold: true } },
      { text: ' on blue', style: { background: 'blue' } },
      { text: ', ', style: {} },
      { text: 'ok', style: { colour: 'bright-green' } },
    ]);
  });

  test.each(['38;5;208', '38;2;1;2;3', '48;5;1', '7', '999', ''])('of other kinds are dropped: %s', (code) => {
    expect(segmentsOf(`${esc}[${code}mx`)).toEqual([{ text: 'x', style: {} }]);
  });
});

describe('What never reaches the screen', () => {
  test.each<[what: string, line: string, shown: string]>([
    ['a cursor movement', `a${esc}[2K${esc}[1Gb`, 'ab'],
    ['a link', `${esc}]8;;https://evil.example${esc}\\click${esc}]8;;${bell}`, 'click'],
    ['a title', `${esc}]0;owned${bell}text`, 'text'],
    ['a device string', `${esc}Pq#0;2;0${esc}\\text`, 'text'],
    ['a sequence of one byte', `\u009b31mred\u009d0;title\u009ctext`, 'redtext'],
    ['an override of the direction', 'user\u202Etxt.exe\u2066x\u2069', 'usertxt.exex'],
    ['a zero width space', 'pass\u200Bword\uFEFF', 'password'],
    ['a line separator', 'a\u2028b\u2029c', 'abc'],
    ['what a progress bar overwrote', '10 %\r50 %\r100 % done\r', '100 % done'],
    ['a bell and a backspace', `a${bell}b\bc`, 'abc'],
    ['an escape in an escape', `${esc}${esc}[31m[31mx`, '[31mx'],
    ['a sequence that has no end', `text${esc}[`, 'text'],
    ['half a surrogate', 'a\uD800b', 'ab'],
  ])('%s', (_, line, shown) => {
    expect(cleanLine(line)).toBe(shown);
  });

  test('tabs, emoji and letters of every language stay', () => {
    const line = '\t→ заказ принят 👩‍💻 ✓ العربية';
    expect(cleanLine(line)).toBe(line);
  });

  test('whatever comes', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom(esc, `${esc}[`, `${esc}]`, `${esc}P`, bell, '\u009b', '\u202E', '31m', '8;;http://x', '\r'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const forbidden = /(?!\t)\p{Cc}|[\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;
        expect(cleanLine(pieces.join(''))).not.toMatch(forbidden);
      }),
      { seed: 1, numRuns: 150 },
    );
  });
});
