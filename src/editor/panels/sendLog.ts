import { stripVTControlCharacters } from 'node:util';

/** Milliseconds between two messages. */
const pause = 100;
/** Characters of one message; more wait for the next one, so that a noisy build does not flood the page. */
const most = 256 * 1024;
/** Characters of one line: some tools print a whole bundle on one. */
const longestLine = 4_000;

/** Hands on lines in batches, each with the number of its first line, until they end. */
export async function sendLog(
  lines: AsyncIterable<string>,
  send: (from: number, lines: string[]) => void,
): Promise<void> {
  let from = 0;
  let batch: string[] = [];
  let size = 0;
  let timer: NodeJS.Timeout | undefined;
  let goOn = () => {};

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (batch.length > 0) send(from, batch);
    from += batch.length;
    batch = [];
    size = 0;
    goOn();
  };

  try {
    for await (const raw of lines) {
      const line = asText(raw);
      batch.push(line);
      size += line.length;
      timer ??= setTimeout(flush, pause);
      if (size >= most)
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
    }
  } finally {
    flush();
  }
}

/** Without the colours and the other commands that tools write for terminals. */
function asText(line: string): string {
  const text = stripVTControlCharacters(line).replace(/[^\P{Cc}\t]/gu, '');
  return text.length > longestLine ? `${text.slice(0, longestLine)}…` : text;
}
