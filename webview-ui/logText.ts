/**
 * The lines of a log as text nodes of 200 lines each. The browser lays out only those that are in sight
 * (`content-visibility`), so that length costs nothing, and selection, copying and zoom work as in any text.
 */
export interface LogText {
  element: HTMLElement;
  /** How many lines came, those that were let go included. */
  count(): number;
  /** `from` is the number of the first line; what is there already is passed over. */
  add(from: number, lines: readonly string[]): void;
  clear(): void;
  /** All places of `words`, in whichever case; at most `most`. */
  find(words: string, most: number): Range[];
  /** The place of the first line that reads so. */
  findLine(line: string): Range | undefined;
}

const linesPerPiece = 200;
/** Older lines are let go; the whole log is one click away. */
const mostPieces = 300;

/** What is seen of a line at most; a bundle printed in one line must not freeze the page. */
const longestLine = 4_000;

const telling = /\b(?:error|fatal|exception|traceback|failed|panic)\b/i;

export function createLogText(): LogText {
  const element = document.createElement('div');
  element.className = 'log-text';
  let total = 0;
  let inLast = linesPerPiece;
  return { element, count: () => total, add, clear, find, findLine };

  function add(from: number, lines: readonly string[]): void {
    if (from > total) total = from;
    const fresh = lines.slice(total - from);
    total += fresh.length;
    for (let at = 0; at < fresh.length; ) {
      const part = fresh.slice(at, at + Math.max(1, linesPerPiece - inLast || linesPerPiece));
      append(part);
      at += part.length;
    }
    while (element.childElementCount > mostPieces) element.firstElementChild?.remove();
  }

  function append(lines: readonly string[]): void {
    if (inLast >= linesPerPiece) {
      element.append(newPiece());
      inLast = 0;
    }
    const text = element.lastElementChild?.firstChild as Text;
    let at = text.length;
    const shown = lines.map((line) => `${shorten(line)}\n`);
    text.appendData(shown.join(''));
    for (const line of shown) {
      if (line.startsWith('== ')) mark('log-step', text, at, line.length);
      else if (line.startsWith('!') || telling.test(line)) mark('log-problem', text, at, line.length);
      at += line.length;
    }
    inLast += lines.length;
  }

  function clear(): void {
    element.replaceChildren();
    for (const name of ['log-step', 'log-problem']) CSS.highlights.delete(name);
    total = 0;
    inLast = linesPerPiece;
  }

  function find(words: string, most: number): Range[] {
    const wanted = words.toLowerCase();
    const found: Range[] = [];
    for (const text of wanted ? texts() : []) {
      const haystack = text.data.toLowerCase();
      for (let at = haystack.indexOf(wanted); at >= 0; at = haystack.indexOf(wanted, at + wanted.length)) {
        if (found.length >= most) return found;
        found.push(rangeOf(text, at, wanted.length));
      }
    }
    return found;
  }

  function findLine(line: string): Range | undefined {
    for (const text of texts()) {
      const at = text.data.startsWith(`${line}\n`) ? 0 : text.data.indexOf(`\n${line}\n`) + 1;
      if (at > 0 || text.data.startsWith(`${line}\n`)) return rangeOf(text, at, line.length);
    }
    return undefined;
  }

  function texts(): Text[] {
    return [...element.children].map((piece) => piece.firstChild as Text);
  }
}

function newPiece(): HTMLElement {
  const piece = document.createElement('div');
  piece.append('');
  return piece;
}

function shorten(line: string): string {
  return line.length > longestLine ? `${line.slice(0, longestLine)}…` : line;
}

/** Colours without elements: the text stays one node. */
function mark(name: string, text: Text, at: number, length: number): void {
  const highlight = CSS.highlights.get(name) ?? new Highlight();
  highlight.add(rangeOf(text, at, length));
  CSS.highlights.set(name, highlight);
}

export function rangeOf(text: Text, at: number, length: number): Range {
  const range = new Range();
  range.setStart(text, at);
  // Lower case may be longer than what it came from.
  range.setEnd(text, Math.min(text.length, at + length));
  return range;
}
