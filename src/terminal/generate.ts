import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';
import { diffOf, type FileChange, type Files } from '../infrastructure/generated.ts';
import { changesIn, type Target, writeChanges } from '../infrastructure/generatedFolder.ts';
import { fail } from '../shared/errors.ts';

/**
 * Writes generated files. What changes in files that are there is shown as a diff; edited ones are overwritten only
 * with `force`, or after a yes. @throws DeployError GeneratedFilesEdited
 */
export async function generateInto(target: Target, generated: Files, { force = false } = {}): Promise<void> {
  const changes = await changesIn(target, generated);
  const diff = await diffOf(changes.filter(({ kind }) => kind !== 'new'));
  for (const line of diff.split('\n').slice(0, -1)) process.stderr.write(`${coloured(visible(line))}\n`);
  const edited = changes.filter(({ kind }) => kind === 'edited').map(({ path }) => path);
  if (edited.length > 0 && !force && !(await agrees(edited))) throw fail('GeneratedFilesEdited', edited);
  await writeChanges(target, changes);
  for (const change of changes) process.stdout.write(`${words[change.kind]} ${change.path}\n`);
}

const words: Record<FileChange['kind'], string> = {
  new: 'created  ',
  same: 'unchanged',
  outdated: 'updated  ',
  edited: 'replaced ',
  obsolete: 'removed  ',
};

async function agrees(edited: readonly string[]): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const question = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await question.question(`Overwrite what was edited in ${edited.join(', ')}? [y/N] `);
  question.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** A file that is there may hold anything, and no terminal should obey it. */
function visible(line: string): string {
  return line.replace(/(?!\t)[\p{Cc}\p{Cf}]/gu, '\ufffd');
}

function coloured(line: string): string {
  if (line.startsWith('+++') || line.startsWith('---')) return styleText('bold', line);
  if (line.startsWith('+')) return styleText('green', line);
  return line.startsWith('-') ? styleText('red', line) : line;
}
