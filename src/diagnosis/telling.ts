/** A text up to this length is read whole. */
const wholeUpTo = 200_000;
/** So much of its beginning and of its end is always read. */
const headLength = 8_000;
const tailLength = 24_000;
/** Lines around one that tells something. */
const contextLines = 3;
const longestLine = 2_000;
/** Enough different telling lines; and so many looks are enough where a log says the same for ever. */
const mostDifferent = 100;
const mostLooks = 60_000;

/** One fast look that lets nearly all ordinary lines pass: every row of the table about a log has one of these words. */
const telling =
  /error|exception|fail|denied|refused|not found|no such|cannot|can't|could not|couldn't|unable|missing|panic|fatal|killed|traceback|undefined|not set|required|must be|invalid|unsupported|out of memory|no space|already in use|ENO|ECONN|EACC|EADDR|ETIME|ERR!|listening|running on|started on|local:|certificate|does not|doesn't|too many|unknown/gi;

/**
 * The part of a long log that the table has to read: its beginning, its end, and between them what is conspicuous,
 * with the lines around it. From the end to the beginning, since the last error counts most.
 */
export function tellingPart(text: string): string {
  if (text.length <= wholeUpTo) return text;
  const head = lineEndAt(text, headLength);
  const tail = lineEndAt(text, text.length - tailLength);
  return [text.slice(0, head), ...conspicuous(text, head, tail), text.slice(tail)].join('\n');
}

function conspicuous(text: string, from: number, to: number): string[] {
  const blocks: string[] = [];
  const shapes = new Set<string>();
  const pieceLength = 256_000;
  for (let end = to, looks = 0; end > from && shapes.size < mostDifferent && looks < mostLooks; ) {
    const begin = end - pieceLength <= from ? from : lineEndAt(text, end - pieceLength);
    const piece = text.slice(begin, end);
    const found: string[] = [];
    telling.lastIndex = 0;
    for (let hit = telling.exec(piece); hit && looks < mostLooks; hit = telling.exec(piece), looks++) {
      const lineEnd = endOfLine(piece, hit.index);
      const shape = shapeOf(piece, hit.index, lineEnd);
      telling.lastIndex = lineEnd;
      if (shapes.has(shape)) continue;
      shapes.add(shape);
      const [first, last] = [linesBack(piece, hit.index), linesOn(piece, lineEnd)];
      found.push(piece.slice(first, last));
      telling.lastIndex = Math.max(lineEnd, last - 1);
    }
    blocks.unshift(...found);
    if (begin === end) break;
    end = begin;
  }
  return blocks;
}

/** The words at the hit: enough to tell two messages apart, and the same for one with another number in it. */
function shapeOf(text: string, at: number, lineEnd: number): string {
  return text.slice(Math.max(0, at - 10), Math.min(lineEnd, at + 50)).replace(/\d+/g, '#');
}

const lineEndAt = (text: string, at: number) => text.indexOf('\n', at) + 1 || text.length;
const startOfLine = (text: string, at: number) => Math.max(text.lastIndexOf('\n', at - 1) + 1, at - longestLine);

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return Math.min(end < 0 ? text.length : end, at + longestLine);
}

function linesBack(text: string, at: number): number {
  let start = startOfLine(text, at);
  for (let n = 0; n < contextLines && start > 0; n++) start = startOfLine(text, start - 1);
  return start;
}

function linesOn(text: string, at: number): number {
  let end = at;
  for (let n = 0; n < contextLines && end < text.length; n++) end = endOfLine(text, end + 1);
  return end;
}
