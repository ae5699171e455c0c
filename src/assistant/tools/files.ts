import * as z from 'zod/mini';
import { fail } from '../../shared/errors.ts';
import { type Desk, tool } from '../desk.ts';
import { inWorkspace, type Workspace } from '../workspace.ts';

const mostLines = 800;
const mostFound = 80;
const mostSearched = 10_000;
const mostListed = 400;
const longestLine = 400;

export const readFile = tool({
  name: 'read_file',
  description:
    'Reads lines of a text file of the open workspace, numbered. Secrets are replaced by ***; files that hold keys, .env and .git cannot be read.',
  input: z.object({
    path: z.string().check(z.describe('relative to the workspace')),
    from: z.optional(z.int().check(z.minimum(1), z.describe('first line, from 1'))),
    lines: z.optional(z.int().check(z.minimum(1), z.maximum(mostLines))),
  }),
  what: ({ path, from }) => `reads ${path}${from ? ` from line ${from}` : ''}`,
  async run({ path, from = 1, lines = mostLines }, desk) {
    const { text, size } = await fileOf(theWorkspace(desk), path);
    const all = text.split('\n');
    const shown = all.slice(from - 1, from - 1 + lines).map((line, at) => `${from + at}: ${cutLine(line)}`);
    const last = from - 1 + shown.length;
    const rest =
      all.length > last ? [`[… lines ${last + 1} to ${all.length} left out; ask for them with \`from\` …]`] : [];
    const cut = size > Buffer.byteLength(text) ? [`[… the file has ${size} bytes; only its beginning is read …]`] : [];
    return [...shown, ...rest, ...cut].join('\n');
  },
});

export const listFiles = tool({
  name: 'list_files',
  description: 'Lists the files of the open workspace, or of a folder in it.',
  input: z.object({ folder: z.optional(z.string().check(z.describe('relative to the workspace'))) }),
  what: ({ folder }) => `lists ${folder || 'the files of the workspace'}`,
  async run({ folder = '.' }, desk) {
    const workspace = theWorkspace(desk);
    const within = inWorkspace(folder);
    if (within === undefined) throw refused(folder);
    const inside = filesIn(within, await readable(workspace));
    const rest = inside.length - mostListed;
    return (
      [...inside.slice(0, mostListed), ...(rest > 0 ? [`[… ${rest} more files left out …]`] : [])].join('\n') ||
      'no file'
    );
  },
});

export const searchWorkspace = tool({
  name: 'search_workspace',
  description: 'Finds a text (not a pattern, capitals do not matter) in the files of the open workspace.',
  input: z.object({
    text: z.string().check(z.minLength(2), z.maxLength(200)),
    folder: z.optional(z.string()),
  }),
  what: ({ text }) => `searches the workspace for “${text}”`,
  async run({ text, folder = '.' }, desk) {
    const workspace = theWorkspace(desk);
    const within = inWorkspace(folder);
    if (within === undefined) throw refused(folder);
    const wanted = text.toLowerCase();
    const found: string[] = [];
    const files = filesIn(within, await readable(workspace));
    for (const file of files.slice(0, mostSearched)) {
      const content = (await workspace.read(file))?.text ?? '';
      if (isBinary(content) || !content.toLowerCase().includes(wanted)) continue;
      for (const [at, line] of content.split('\n').entries()) {
        if (line.toLowerCase().includes(wanted)) found.push(`${file}:${at + 1}: ${cutLine(line)}`);
      }
      if (found.length > mostFound) return [...found.slice(0, mostFound), '[… more left out …]'].join('\n');
    }
    const rest = files.length - mostSearched;
    return [
      ...(found.length > 0 ? found : ['not found']),
      ...(rest > 0 ? [`[… ${rest} files not searched …]`] : []),
    ].join('\n');
  },
});

/** @throws DeployError when it is not there, is no text, or must not be read */
export async function fileOf(workspace: Workspace, path: string) {
  const within = inWorkspace(path);
  if (within === undefined) throw refused(path);
  const file = await workspace.read(within);
  if (!file) throw fail('Usage', `There is no file ${path} that may be read.`, 'Look with list_files.');
  if (isBinary(file.text)) throw fail('Usage', `${path} is not a text (${file.size} bytes).`, 'Read another file.');
  return { ...file, path: within };
}

export function theWorkspace({ workspace }: Desk): Workspace {
  if (workspace) return workspace;
  throw fail('Usage', 'No folder is open.', 'Answer from what is known.');
}

export function refused(path: string) {
  return fail('Usage', `${path} must not be read or changed: it lies outside or may hold secrets.`, 'Do without it.');
}

async function readable(workspace: Workspace): Promise<string[]> {
  return (await workspace.files()).filter((file) => inWorkspace(file) !== undefined);
}

function filesIn(folder: string, files: readonly string[]): readonly string[] {
  return folder === '.' ? files : files.filter((file) => file.startsWith(`${folder.replace(/\/$/, '')}/`));
}

const isBinary = (text: string) => text.slice(0, 8_000).includes('\0');

function cutLine(line: string): string {
  return line.length > longestLine
    ? `${line.slice(0, longestLine)} [… ${line.length - longestLine} characters …]`
    : line;
}
