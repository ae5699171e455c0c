import { fail, messageOf } from '../shared/errors.ts';

/** Throws InvalidManifest, with the line where it can be told. */
export async function parseToml(file: string, text: string): Promise<Record<string, unknown>> {
  const { parse } = await import('smol-toml');
  try {
    return parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const line = (error as { line?: unknown }).line;
    const first = messageOf(error).split('\n')[0] ?? '';
    throw fail('InvalidManifest', file, typeof line === 'number' ? `${first} (line ${line})` : first);
  }
}
