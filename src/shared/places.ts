/** A file and a line as an answer of Claude's names them: `src/server.js:12`. Relative, without `..`; the extension may lack (`Dockerfile:3`). */
const place = /(?<![\w./\\:-])((?:[\w@.+-]+\/)*[\w@.+-]*\w):(\d{1,6})(?::\d{1,5})?(?![\w:.]*\w)/g;

export interface Place {
  text: string;
  file: string;
  /** From 1. */
  line: number;
}

/** Every place that a text names, each once, in their order. Pure: page and editor count them alike. */
export function placesIn(text: string): Place[] {
  const found = new Map<string, Place>();
  for (const [whole, file = '', line] of text.matchAll(place)) {
    if (isFile(file)) found.set(whole, { text: whole, file, line: Number(line) });
  }
  return [...found.values()];
}

/** Not `localhost:3000`, nor `10.0.0.1:80`, nor a time. */
function isFile(file: string): boolean {
  if (file.split('/').includes('..')) return false;
  return (
    /(?:^|\/)(?:Dockerfile|Makefile|Procfile|Gemfile)$|\.[A-Za-z]\w{0,9}$/.test(file) &&
    !/\.(?:com|org|net|io|dev|local|internal)$/.test(file)
  );
}
