import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ContextFile } from './contextFiles.ts';

/** Where a generated Dockerfile lies in the context: beside the folder with the source, so that no COPY takes it along. */
export const generatedDockerfilePath = 'Dockerfile';

/** A name that no project has: it is taken out again of all that the builder says. */
const sourceFolder = 'deployotron-source';

/** What goes to the builder. */
export interface Sent {
  files: readonly ContextFile[];
  /** The Dockerfile in `files`, where it is not that of the folder. */
  dockerfile?: { path: string; text: string };
  /** With what the paths of the folder's files begin here. */
  below: string;
}

export function inSource(files: readonly ContextFile[], path: string, text: string | undefined): Sent {
  if (text === undefined) return { files, below: '' };
  const others = files.filter((file) => file.path !== path);
  return { files: [...others, dockerfileEntry(path, text)], dockerfile: { path, text }, below: '' };
}

export function besideSource(files: readonly ContextFile[], generated: string): Sent {
  const text = generated.replace(/^COPY (?!--from)((?:--\S+ )*)(.+) (\S+)$/gm, (_line, flags, from, to) => {
    const paths = from.split(' ').map((path: string) => `${sourceFolder}/${path}`);
    return `COPY ${flags}${paths.join(' ')} ${to}`;
  });
  const path = generatedDockerfilePath;
  const folder: ContextFile = { path: sourceFolder, type: 'directory', mode: 0o755, size: 0, target: '' };
  const below = `${sourceFolder}/`;
  const source = files.map((file) => ({ ...file, path: `${below}${file.path}` }));
  return { files: [dockerfileEntry(path, text), folder, ...source], dockerfile: { path, text }, below };
}

function dockerfileEntry(path: string, text: string): ContextFile {
  return { path, type: 'file', mode: 0o644, size: Buffer.byteLength(text), target: '' };
}

/** What a builder says of such a context, in the words of the Dockerfile that people know. */
export function withoutSourceFolder(text: string): string {
  return text.replaceAll(`${sourceFolder}/`, '');
}

/** Not more than the size that was announced: the file may grow while it is read. */
export async function contentOf(root: string, file: ContextFile, { dockerfile, below }: Sent): Promise<Readable> {
  if (file.size === 0) return Readable.from([]);
  if (file.path === dockerfile?.path) return Readable.from([Buffer.from(dockerfile.text)]);
  return (await open(join(root, file.path.slice(below.length)))).createReadStream({ end: file.size - 1 });
}
