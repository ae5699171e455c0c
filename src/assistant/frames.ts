export interface SourceLine {
  /** Relative to the workspace, with `/`. */
  file: string;
  /** From 1. */
  line: number;
}

const places = [
  // Python
  /File "([^"\n]{1,300})", line (\d+)/g,
  // Node, Go, Ruby, Rust, PHP, Java: path:line
  /((?:file:\/\/)?[\w@./\\-]{1,300}\.(?:[cm]?[jt]sx?|py|rb|go|rs|java|kt|php|cs|exs?|vue|svelte|astro)):(\d+)/g,
  // TypeScript, C#: path(line,column)
  /([\w@./\\-]{1,300}\.(?:tsx?|cs))\((\d+),\d+\)/g,
];
const foreign = /(?:^|\/)(?:node_modules|site-packages|dist-packages|vendor|internal)\//;

/** The places in files of the workspace that a log names, in its order, each file once. Pure. */
export function sourceLinesIn(log: string, files: readonly string[]): SourceLine[] {
  const known = new Set(files);
  const found = places.flatMap((pattern) => [...log.matchAll(pattern)]).sort((a, b) => a.index - b.index);
  const lines = new Map<string, SourceLine>();
  for (const [, said = '', line] of found) {
    const file = inFiles(said.replaceAll('\\', '/').replace('file://', ''), known);
    if (file && !lines.has(file)) lines.set(file, { file, line: Number(line) });
  }
  return [...lines.values()];
}

/** An image has the app in another folder, such as /app: the longest end of the path that is a file here. */
function inFiles(path: string, known: ReadonlySet<string>): string | undefined {
  if (foreign.test(path)) return undefined;
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.map((_, from) => parts.slice(from).join('/')).find((end) => known.has(end));
}
