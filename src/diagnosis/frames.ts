/** A place in a source file, as a log names it; line and column count from 1. */
export interface SourcePlace {
  file: string;
  line: number;
  column?: number;
}

const extensions =
  '(?:[cm]?[jt]sx?|vue|svelte|astro|py|rb|erb|go|rs|java|kt|kts|scala|php|cs|fs|c|cc|cpp|cxx|h|hpp|swift|ex|exs|s?css|less|json|ya?ml|toml|html?)';
/** A path without spaces and colons, but for a drive's. */
const path = `((?:[A-Za-z]:)?[\\w@.+~/\\\\()\\[\\]-]{1,300}?\\.${extensions})`;

/** What names a place, each for itself; the first that fits counts. All are anchored to a word that cannot occur often in a line. */
const shapes: readonly RegExp[] = [
  // Node: `at fn (file:///app/server.js:3:9)`, `at /app/server.js:3:9`
  new RegExp(`\\bat (?:.{0,200}?\\()?(?:file://)?${path}:(\\d{1,7}):(\\d{1,5})\\)?`),
  // Python: `File "/app/main.py", line 3`
  /\bFile "([^"\n]{1,300})", line (\d{1,7})/,
  // Java: `at com.x.Main.run(Main.java:12)`
  /\bat [\w$.<>/@]{1,300}\(([\w$]{1,200}\.(?:java|kt|scala|groovy)):(\d{1,7})\)/,
  // .NET: `in /src/Program.cs:line 12`
  new RegExp(`\\bin ${path}:line (\\d{1,7})`),
  // PHP: `in /app/index.php on line 3`, `/app/index.php(3)`
  /\bin (\/[^\s:]{1,300}\.php)(?: on line |:)(\d{1,7})/,
  /(\/[^\s:()]{1,300}\.php)\((\d{1,7})\)/,
  // tsc without colours: `src/app.ts(3,9): error TS2304`
  new RegExp(`^${path}\\((\\d{1,7}),(\\d{1,5})\\): (?:error|warning)`),
  // Maven: `App.java:[12,5]`; Vite and webpack: `src/main.ts (3:9)`, `./src/app.js 3:9-20`
  new RegExp(`(?:^|\\s)${path}(?::\\[|:? \\(?)(\\d{1,7})[,:](\\d{1,5})`),
  // Rust: `--> src/main.rs:3:9`, `panicked at src/main.rs:3:9`
  new RegExp(`(?:-->|panicked at(?: '[^']*',)?) ${path}:(\\d{1,7}):(\\d{1,5})`),
  // Go's traces and everything that a compiler writes: `/app/main.go:3 +0x1d`, `src/a.c:3:9: error: …`, `./main.go:3:2: undefined: x`
  new RegExp(`(?:^|[\\s"'(\\[])(?:file://)?${path}:(\\d{1,7})(?::(\\d{1,5}))?`),
  // BuildKit: `Dockerfile:14`
  /(?:^|[\s/])((?:[\w./-]{0,200}\/)?(?:[\w-]{1,60}\.)?Dockerfile(?:\.[\w-]{1,60})?):(\d{1,6})\b/,
  // moby: `dockerfile parse error line 14: …`
  /()\b[Dd]ockerfile parse error (?:on )?line (\d{1,6})/,
];

/** The place that this line names. */
export function sourceIn(line: string): SourcePlace | undefined {
  // Every shape has a digit after a sign; most lines of a log are out here.
  if (!/[:,([e ] ?\d/.test(line)) return undefined;
  const text = line.slice(0, 2_000);
  for (const shape of shapes) {
    const [, file, row, column] = shape.exec(text) ?? [];
    if (file === undefined || !row) continue;
    return { file: file || 'Dockerfile', line: Number(row), ...(column && { column: Number(column) }) };
  }
  return undefined;
}

const foreign =
  /node_modules|site-packages|dist-packages|\/usr\/(?:local\/)?(?:lib|go|share)|node:internal|\/vendor\/|\/gems\/|\/rustc\/|\.cargo|\/lib\/python|<frozen|^java\.|internal\//;

/** The first place in these lines that is the user's own code, else the first of all. */
export function ownFrame(lines: readonly string[]): SourcePlace | undefined {
  const places = lines.flatMap((line) => sourceIn(line) ?? []);
  return places.find(({ file }) => !foreign.test(file)) ?? places[0];
}

export const isForeign = (file: string) => foreign.test(file);
