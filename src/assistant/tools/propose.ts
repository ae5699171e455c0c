import { randomUUID } from 'node:crypto';
import { createTwoFilesPatch } from 'diff';
import * as z from 'zod/mini';
import type { FileChange, Proposal } from '../../shared/chat.ts';
import { fail } from '../../shared/errors.ts';
import { projectFor, tool } from '../desk.ts';
import { inWorkspace, type Workspace } from '../workspace.ts';
import { fileOf, refused, theWorkspace } from './files.ts';

const edit = z.object({
  path: z.string().check(z.describe('relative to the workspace')),
  content: z.optional(z.string().check(z.describe('the whole new text; for new files'))),
  search: z.optional(z.string().check(z.describe('text that is in the file exactly once'))),
  replace: z.optional(z.string().check(z.describe('what stands in its place'))),
});
type Edit = z.infer<typeof edit>;

const settings = z.object({
  healthPath: z.optional(z.string().check(z.regex(/^\/[\w./~-]{0,200}$/))),
  port: z.optional(z.int().check(z.minimum(1), z.maximum(65_535))),
  cpu: z.optional(z.int().check(z.minimum(128), z.maximum(196_608))),
  memory: z.optional(z.int().check(z.minimum(4), z.maximum(1_048_576), z.describe('MiB'))),
  environmentNames: z.optional(
    z
      .array(z.string().check(z.regex(/^[A-Za-z_]\w{0,100}$/)))
      .check(z.describe('variables that the app lacks; the user gives their values')),
  ),
});

/** Changes nothing: the user sees what would change, and applies it or not. */
export const proposeChange = tool({
  name: 'propose_change',
  description:
    'Shows the user a change of files of the workspace, or of settings of the project, to apply with one click. Give each file either its whole content, or search and replace. Nothing changes until the user applies it.',
  input: z.object({
    summary: z.string().check(z.minLength(1), z.maxLength(300), z.describe('what it does, in one sentence')),
    files: z.optional(z.array(edit).check(z.maxLength(20))),
    settings: z.optional(settings),
    project: z.optional(z.string().check(z.describe('whose settings; default: that of the conversation'))),
  }),
  what: ({ summary }) => `proposes: ${summary}`,
  async run({ summary, files = [], settings, project }, desk) {
    const proposal: Proposal = settings
      ? { id: randomUUID(), kind: 'settings', summary, settings, project: (await projectFor(desk, project)).name }
      : { id: randomUUID(), kind: 'files', summary, files: await changesOf(theWorkspace(desk), files) };
    if (settings && files.length > 0)
      throw fail('Usage', 'Files and settings are two proposals.', 'Propose one after the other.');
    return { text: 'The user sees the proposal now. It is not applied yet.', proposal };
  },
});

async function changesOf(workspace: Workspace, edits: readonly Edit[]): Promise<FileChange[]> {
  if (edits.length === 0) throw fail('Usage', 'The proposal is empty.', 'Name files or settings.');
  const changes = new Map<string, FileChange>();
  for (const each of edits) {
    const path = inWorkspace(each.path);
    if (path === undefined) throw refused(each.path);
    const earlier = changes.get(path);
    const before = earlier ? earlier.before : await textOf(workspace, path);
    const after = edited(each, earlier?.after ?? before);
    if (hidden(after) > hidden(before ?? ''))
      throw fail('Usage', `*** stands for a secret of ${path} that is hidden.`, 'Use search and replace around it.');
    changes.set(path, { path, before, after, diff: diffOf(path, before, after) });
  }
  return [...changes.values()];
}

const hidden = (text: string) => text.split('***').length;

async function textOf(workspace: Workspace, path: string): Promise<string | undefined> {
  if (!(await workspace.read(path))) return undefined;
  const { text, size } = await fileOf(workspace, path);
  if (size > Buffer.byteLength(text)) throw fail('Usage', `${path} is too large to be changed.`, 'Do without it.');
  return text;
}

function edited({ path, content, search, replace }: Edit, before: string | undefined): string {
  if (content !== undefined) return content;
  if (search === undefined || replace === undefined)
    throw fail('Usage', `${path} has neither content nor search and replace.`, 'Give one of them.');
  const places = (before ?? '').split(search).length - 1;
  if (places !== 1 || search === '')
    throw fail(
      'Usage',
      `The text to search for is ${places} times in ${path}.`,
      'Read the file, and give a text that is in it exactly once.',
    );
  // Not replace(): it would read $& in the new text as a pattern.
  return (before ?? '').split(search).join(replace);
}

function diffOf(path: string, before: string | undefined, after: string): string {
  return createTwoFilesPatch(before === undefined ? '/dev/null' : `a/${path}`, `b/${path}`, before ?? '', after);
}
