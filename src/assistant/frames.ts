import { isForeign, sourceIn } from '../diagnosis/frames.ts';

export interface SourceLine {
  /** Relative to the workspace, with `/`. */
  file: string;
  /** From 1. */
  line: number;
}

/** The places in files of the workspace that a log names, in its order, each file once. Pure. */
export function sourceLinesIn(log: string, files: readonly string[]): SourceLine[] {
  const known = new Set(files);
  const lines = new Map<string, SourceLine>();
  for (const each of log.split('\n')) {
    const place = sourceIn(each);
    const file = place && !isForeign(place.file) && inFiles(place.file, known);
    if (file && !lines.has(file)) lines.set(file, { file, line: place.line });
  }
  return [...lines.values()];
}

/** An image has the app in another folder, such as /app: the longest end of the path that is a file here. */
function inFiles(path: string, known: ReadonlySet<string>): string | undefined {
  const parts = path.split(/[\\/]/).filter((part) => part !== '' && part !== '.');
  return parts.map((_, from) => parts.slice(from).join('/')).find((end) => known.has(end));
}
