import { recordOf, stringOf } from '../manifest.ts';

/** PEP 508: the name is what stands before any extra, version or marker. Options (`-r other.txt`) have none. */
export function namesIn(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const name = /^[ \t]*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:[[<>=!~;@(,#]|$)/.exec(line)?.[1];
    return name ? [name.toLowerCase().replace(/[-_.]+/g, '-')] : [];
  });
}

/** Tables of name → version, as Poetry and Pipenv write them; `^1.2` is Poetry's word for "the same major". */
export function requirementLines(table: Record<string, unknown>): string[] {
  return Object.entries(table).flatMap(([name, value]) => {
    if (name === 'python' || !/^[\w.-]+$/.test(name) || isElsewhere(value)) return [];
    const extras = recordOf(value).extras;
    const suffix = Array.isArray(extras) && extras.length > 0 ? `[${extras.map(stringOf).join(',')}]` : '';
    return [`${name}${suffix}${specifier(stringOf(value) || stringOf(recordOf(value).version))}`];
  });
}

/** From git, a path or a URL: a package of the same name in the public index may be somebody else's. */
export function isElsewhere(value: unknown): boolean {
  return ['git', 'path', 'url', 'file'].some((key) => key in recordOf(value));
}

function specifier(version: string): string {
  const caret = /^\^((\d+)(?:\.(\d+))?[\w.]*)$/.exec(version);
  // Below 1.0 it is the second number that says what breaks.
  if (caret?.[2] === '0' && caret[3]) return `>=${caret[1]},<0.${Number(caret[3]) + 1}`;
  if (caret) return `>=${caret[1]},<${Number(caret[2]) + 1}`;
  const tilde = /^~(\d+\.[\d.]+)$/.exec(version);
  if (tilde) return `~=${tilde[1]}`;
  if (/^\d[\w.]*$/.test(version)) return `==${version}`;
  return /^[<>=!~]=?[\w.*,<>=!~ ]+$/.test(version) ? version : '';
}

/** Names something that lies in the source: `-e .`, a folder, a file. */
export function namesSource(list: string): boolean {
  return /^[ \t]*(?:-e\b|--(?:editable|find-links)\b|\.{0,2}\/|\.\s*$|file:|[^#\n]*@\s*file:)/m.test(list);
}
