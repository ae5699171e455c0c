import * as vscode from 'vscode';
import type { App } from '../../app.ts';

/** Bytes of a log that are shown. VS Code hands longer documents over as a whole with each change, and stalls. */
export const shownBytes = 4 * 1024 * 1024;

/** The lines of a deployment's log, and what is added, until `signal`: of a longer one the end, with word of what is missing. */
export async function* followShownPart(app: App, id: string, signal: AbortSignal): AsyncGenerator<string> {
  const from = await app.logStart(id, shownBytes);
  if (from > 0) yield cutNotice(from);
  yield* app.followLog(id, signal, from);
}

export function cutNotice(bytes: number): string {
  const megabytes = (bytes / 1024 / 1024).toFixed(1);
  return vscode.l10n.t('… the first {0} MB are not shown here; `deployotron logs` prints the whole log.', megabytes);
}
