/** What a variable of Terraform can hold. */
export type HclValue = string | number | boolean | null | readonly HclValue[] | { readonly [key: string]: HclValue };

/**
 * A string as HCL reads it back. Nothing in it is code: templates (`${`, `%{`) stay text, and what could break the line
 * or deceive a reader (control characters, bidirectional overrides) is written as an escape.
 */
export function quoted(text: string): string {
  const escaped = text
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/["\\]/g, (found) => `\\${found}`)
    .replace(/[$%](?=\{)/g, (found) => found + found)
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escapeCodePoint);
  return `"${escaped}"`;
}

function escapeCodePoint(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  return hex.length > 4 ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}

/** A value as it stands behind the `=` of an attribute that is indented by `indent`. */
export function hcl(value: HclValue, indent = ''): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null || typeof value !== 'object') return String(value);
  const inner = `${indent}  `;
  if (isList(value)) {
    const line = `[${value.map((each) => hcl(each)).join(', ')}]`;
    if (line.length <= 80 && !line.includes('\n')) return line;
    return `[\n${value.map((each) => `${inner}${hcl(each, inner)},\n`).join('')}${indent}]`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  return `{\n${entries.map(([key, each]) => `${inner}${keyOf(key)} = ${hcl(each, inner)}\n`).join('')}${indent}}`;
}

function isList(value: HclValue): value is readonly HclValue[] {
  return Array.isArray(value);
}

/** A plain name is a name; anything else, and a word of HCL's own, is a string, so that it is never an expression. */
function keyOf(key: string): string {
  const plain = /^[A-Za-z_][\w-]*$/.test(key) && !/^(?:for|if|in|null|true|false)$/.test(key);
  return plain ? key : quoted(key);
}

/** One file made of its parts, with the `=` in columns as `terraform fmt` leaves them. */
export function hclFile(...parts: readonly string[]): string {
  const text = parts
    .map((part) => part.trim())
    .filter(Boolean)
    .join('\n\n')
    .replace(/\n{3,}/g, '\n\n');
  return `${alignEquals(text.split('\n')).join('\n')}\n`;
}

const assignment = /^(\s*(?:"(?:[^"\\]|\\.)*"|[\w.-]+))\s+= (.*)$/;

/** Lines that assign, one right below the other, have their `=` in one column; one that opens a bracket stands alone. */
function alignEquals(lines: readonly string[]): string[] {
  const aligned: string[] = [];
  let run: [key: string, value: string][] = [];
  const closeRun = () => {
    const width = Math.max(...run.map(([key]) => key.length));
    aligned.push(...run.map(([key, value]) => `${key.padEnd(width)} = ${value}`));
    run = [];
  };
  for (const line of lines) {
    const [, key, value] = line.match(assignment) ?? [];
    if (key !== undefined && value !== undefined && !/[{[(]$/.test(value)) run.push([key, value]);
    else {
      closeRun();
      aligned.push(key === undefined ? line.trimEnd() : `${key} = ${value}`);
    }
  }
  closeRun();
  return aligned;
}
