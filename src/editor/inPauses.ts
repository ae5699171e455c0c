/** Calls `work` for each key at once, and then at most once in a pause (milliseconds); the last call is never lost. */
export function inPauses(pause: number, work: (key: string) => void): (key: string) => void {
  const waiting = new Map<string, boolean>();
  const open = (key: string) => {
    if (waiting.get(key)) {
      waiting.set(key, false);
      work(key);
      setTimeout(() => open(key), pause);
    } else waiting.delete(key);
  };
  return (key) => {
    const isFirst = !waiting.has(key);
    waiting.set(key, true);
    if (isFirst) open(key);
  };
}
