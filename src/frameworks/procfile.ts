import type { EvidenceItem, SourceTree } from './framework.ts';

/** What a Procfile says of the process `web`, with which platforms start the server. */
export async function procfileWeb(
  source: SourceTree,
): Promise<{ command: string; evidence: EvidenceItem } | undefined> {
  const lines = ((await source.read('Procfile')) ?? '').split(/\r?\n/);
  const index = lines.findIndex((line) => /^web:\s*\S/.test(line));
  const command = lines[index]?.replace(/^web:/, '').trim();
  if (!command) return undefined;
  return { command, evidence: { file: 'Procfile', line: index + 1, says: `web: ${command}` } };
}
