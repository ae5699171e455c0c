import { stripVTControlCharacters } from 'node:util';
import { redact } from '../shared/redact.ts';

/** No rule needs more, and a pattern never runs over megabytes. */
const longestRead = 4_000;

/** Text from outside as one line: no colours, no control characters, no secrets, single spaces. */
export function oneLine(text: string): string {
  const plain = stripVTControlCharacters(text.slice(0, longestRead)).replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ');
  // Before anything is cut: half a secret would no longer be recognised.
  return redact(plain.trim());
}

export function cut(line: string, longest: number): string {
  return line.length > longest ? `${line.slice(0, longest - 1).trimEnd()}…` : line;
}

/**
 * Text from outside as it may stand inside a sentence, or empty when it may not:
 * `undefined` and `[object Object]` in a log are the app's own slips and would look like ours.
 */
export function sayable(text: string | undefined, longest = 160): string {
  const line = oneLine(text ?? '')
    .replace(/\.{2,}/g, '…')
    .replace(/^[:;,]\s+|[\s.,:;]+$/g, '');
  return /undefined|\[object/i.test(line) ? '' : cut(line, longest);
}

/** ` “text”` with `before` in front, or nothing. */
export function saying(before: string, text: string | undefined): string {
  const words = sayable(text);
  return words ? `${before} “${words}”` : '';
}

/** Where a name was not known a sentence may have a gap: closes it, and ends the sentence with one full stop. */
export function sentence(text: string): string {
  const closed = text.replace(/\s+/g, ' ').replace(/ +([.,;:)])(?=\s|$)/g, '$1');
  return closed.trim().replace(/[.\s]*$/, '.');
}

const commonWords = 'the|a|an|its|it|no|none|your|someone|something|nobody|one|two|several|either';

/** As the beginning of a sentence of its own; the name of a file keeps its small letter. */
export function beginning(text: string): string {
  return text.replace(new RegExp(`^(?:${commonWords})\\b`), (word) => word.charAt(0).toUpperCase() + word.slice(1));
}
