/** What a reader of a long log looks for first. */
const telling =
  /\b(?:error|err!|fatal|panic|exception|traceback|failed|failure|cannot|can't|could not|unable|denied|refused|not found|killed|oom|out of memory|exit(?:ed)? (?:with )?(?:code|status)|unhealthy|segfault|unhandled)\b|ERR_|^\s+at \S+|^E[A-Z]{3,}/i;

const longestLine = 1_000;

/**
 * The text in at most about so many bytes: lines that tell of errors, with their neighbours, come first, then the end,
 * then the beginning. Whatever is left out is said where it stood. Pure.
 */
export function shorten(text: string, mostBytes: number): string {
  const lines = text.split('\n').map(shortenLine);
  if (bytesOf(lines) <= mostBytes) return lines.join('\n');
  const kept = new Set<number>();
  let left = mostBytes;
  for (const index of byWeight(lines)) {
    if (kept.has(index)) continue;
    const cost = Buffer.byteLength(lines[index] ?? '') + 1;
    if (cost > left) break;
    left -= cost;
    kept.add(index);
  }
  return withGaps(lines, kept);
}

function shortenLine(line: string): string {
  if (line.length <= longestLine) return line;
  return `${line.slice(0, longestLine)} [… ${line.length - longestLine} characters of this line left out …]`;
}

function bytesOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
}

/** How much goes to the lines around errors before the end of the text has its turn. */
const mostTelling = 60;

/** Indexes, the most important first. Of many errors the first ones are causes and the last ones their end. */
function byWeight(lines: readonly string[]): number[] {
  const errors = lines.flatMap((line, index) => (telling.test(line) ? [index] : []));
  const chosen = [...errors.slice(0, mostTelling), ...errors.slice(mostTelling).slice(-mostTelling)];
  const around = chosen.flatMap((index) => [index, index - 1, index + 1, index - 2, index + 2]);
  const last = lines.length - 1;
  const ends = lines.flatMap((_, step) => (step % 4 === 3 ? [last - step, (step - 3) / 4] : [last - step]));
  // A few lines of the end in any case: it is where the text stopped.
  return [...ends.slice(0, 10), ...around, ...ends].filter((index) => index >= 0 && index <= last);
}

function withGaps(lines: readonly string[], kept: ReadonlySet<number>): string {
  const shown: string[] = [];
  let gap = 0;
  const close = () => {
    if (gap > 0) shown.push(`[… ${gap} ${gap === 1 ? 'line' : 'lines'} left out …]`);
    gap = 0;
  };
  for (const [index, line] of lines.entries()) {
    if (!kept.has(index)) {
      gap += 1;
      continue;
    }
    close();
    shown.push(line);
  }
  close();
  return shown.join('\n');
}
