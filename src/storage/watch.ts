import { mkdirSync, watch } from 'node:fs';

/** Milliseconds in which changes count as one: a write touches several files. */
const settleMs = 100;

/**
 * Calls `onChange` soon after any process has written the history. Ends when the returned function is called.
 * Where the system cannot watch a folder it is silent, and a face shows what it knows of itself.
 */
export function watchHistory(storageDir: string, onChange: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const settle = (_event: string, name: string | null) => {
    if (name && !/^history\.(db|journal)$/.test(name)) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      onChange();
    }, settleMs);
  };
  const watcher = open(storageDir, settle);
  return () => {
    clearTimeout(timer);
    watcher?.close();
  };
}

function open(storageDir: string, listener: (event: string, name: string | null) => void) {
  try {
    mkdirSync(storageDir, { recursive: true, mode: 0o700 });
    return watch(storageDir, { persistent: false }, listener).on('error', () => undefined);
  } catch {
    return undefined;
  }
}
