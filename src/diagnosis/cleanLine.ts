/** How a piece of text was coloured; the names are ANSI's. */
export interface TextStyle {
  colour?: Colour;
  background?: Colour;
  bold?: true;
  dim?: true;
  italic?: true;
  underline?: true;
}

export interface Segment {
  text: string;
  style: TextStyle;
}

const colours = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
export type Colour = (typeof colours)[number] | `bright-${(typeof colours)[number]}`;

/** By code points, since a control character in a source file is seen by nobody. */
const range = (from: number, to = from) => `\\u{${from.toString(16)}}-\\u{${to.toString(16)}}`;
const esc = `\\u{1b}`;
const introducer = (letter: string, eightBit: number) => `(?:${esc}${letter}|\\u{${eightBit.toString(16)}})`;

/** Colours; every other control sequence; what a terminal would take for a title or a link; a lone escape with its letter. */
const sequence = new RegExp(
  [
    `${introducer('\\[', 0x9b)}([\\d;:]{0,100})m`,
    `${introducer('\\[', 0x9b)}[\\u{30}-\\u{3f}]{0,100}[\\u{20}-\\u{2f}]{0,10}[\\u{40}-\\u{7e}]?`,
    `(?:${introducer('\\]', 0x9d)}|${introducer('P', 0x90)}|${introducer('X', 0x98)}|${introducer('\\^', 0x9e)}|${introducer('_', 0x9f)})(?:[^${range(7)}${range(0x1b)}${range(0x9c)}]{0,4000}(?:\\u{7}|\\u{9c}|${esc}\\\\))?`,
    `${esc}[\\u{20}-\\u{2f}]{0,4}[\\u{30}-\\u{7e}]?`,
  ].join('|'),
  'gu',
);

/** Everything that is not seen or turns the order of what is: controls but the tab, bidirectional marks, zero widths, line separators. */
const unseen = new RegExp(
  `[${range(0, 8)}${range(0xa, 0x1f)}${range(0x7f, 0x9f)}${range(0xad)}${range(0x61c)}${range(0x180e)}${range(0x200b, 0x200c)}${range(0x200e, 0x200f)}${range(0x2028, 0x202e)}${range(0x2060, 0x206f)}${range(0xfeff)}${range(0xfff9, 0xfffb)}${range(0xe0000, 0xe007f)}\\p{Cs}]`,
  'gu',
);

/** Any of the two; most lines have none. */
const suspicious = new RegExp(unseen.source, 'u');

/** The line as text alone: no colours, no control sequences, no links, nothing that turns the direction of reading. */
export function cleanLine(line: string): string {
  if (!suspicious.test(line)) return line;
  return lastShown(line).replace(sequence, '').replace(unseen, '');
}

/** What a progress bar overwrote with carriage returns is dropped. */
function lastShown(line: string): string {
  return line.includes('\r') ? (line.replace(/\r+$/, '').split('\r').at(-1) ?? '') : line;
}

/** The line in pieces of one style each. */
export function segmentsOf(line: string): Segment[] {
  const shown = lastShown(line);
  const segments: Segment[] = [];
  let style: TextStyle = {};
  let from = 0;
  const add = (raw: string) => {
    const text = raw.replace(unseen, '');
    if (text) segments.push({ text, style });
  };
  for (const match of shown.matchAll(sequence)) {
    add(shown.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[1] !== undefined) style = styled(style, match[1]);
  }
  add(shown.slice(from));
  return segments;
}

/** SGR: codes with semicolons; those of 256 or of all colours are skipped with their arguments. */
function styled(before: TextStyle, codes: string): TextStyle {
  let style = before;
  const numbers = codes.split(/[;:]/).map(Number);
  for (let index = 0; index < numbers.length; index++) {
    const code = numbers[index] ?? 0;
    if (code === 38 || code === 48) index += numbers[index + 1] === 5 ? 2 : 4;
    else style = withCode(style, code);
  }
  return style;
}

const on: Record<number, TextStyle> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
};
const off: Record<number, (keyof TextStyle)[]> = {
  22: ['bold', 'dim'],
  23: ['italic'],
  24: ['underline'],
  39: ['colour'],
  49: ['background'],
};

function withCode(style: TextStyle, code: number): TextStyle {
  if (code === 0) return {};
  const colour = colours[code % 10];
  if (colour && code >= 30 && code < 40) return { ...style, colour };
  if (colour && code >= 40 && code < 50) return { ...style, background: colour };
  if (colour && code >= 90 && code < 100) return { ...style, colour: `bright-${colour}` };
  if (colour && code >= 100 && code < 110) return { ...style, background: `bright-${colour}` };
  const gone = off[code] ?? [];
  const kept = Object.entries(style).filter(([name]) => !gone.includes(name as keyof TextStyle));
  return { ...Object.fromEntries(kept), ...on[code] };
}
