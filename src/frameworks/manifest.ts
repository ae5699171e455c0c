import { fail, messageOf } from '../shared/errors.ts';
import type { EvidenceItem } from './framework.ts';

/** Throws InvalidManifest, with the line where it can be told. */
export function parseObject(file: string, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw fail('InvalidManifest', file, withLine(messageOf(error), text));
  }
  if (isRecord(value)) return value;
  throw fail('InvalidManifest', file, 'It must hold one JSON object.');
}

/** V8 names the position, and only newer ones the line as well. */
function withLine(message: string, text: string): string {
  const position = /position (\d+)(?! \(line)/.exec(message)?.[1];
  if (position === undefined || message.includes('(line')) return message;
  return `${message} (line ${text.slice(0, Number(position)).split('\n').length})`;
}

/** A reason with the line on which `needle` stands, in whatever case. */
export function evidenceAt(file: string, text: string, needle: string, says: string): EvidenceItem {
  const index = text.toLowerCase().indexOf(needle.toLowerCase());
  return index < 0 ? { file, says } : { file, line: text.slice(0, index).split('\n').length, says };
}

/** The start of a server stands further up than this; a bundle that somebody committed is not read to its end. */
const mostCharacters = 100_000;

/** The beginning of a source without its comments, whose words do not count. Blanks keep every line where it is. */
export function codeOf(source: string, comment: RegExp | undefined): string {
  const head = source.slice(0, mostCharacters);
  return comment ? head.replace(comment, (words) => words.replace(/[^\n]/g, ' ')) : head;
}

export function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

export function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
