import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Pack } from 'tar-stream';
import tar from 'tar-stream';
import { fail, messageOf } from '../shared/errors.ts';
import { type ContextFile, walkContext } from './contextFiles.ts';

export type { ContextFile } from './contextFiles.ts';

/** Where a generated Dockerfile goes in the context: a name that no project has. */
export const generatedDockerfilePath = '.deployotron/Dockerfile';

export interface ContextOptions {
  /** Relative to the root or one of the extra files; it goes in even when it is ignored. Default `Dockerfile`. */
  dockerfilePath?: string;
  /** Lines that go before those of the source's own .dockerignore, which may take them back. */
  dockerignore?: readonly string[];
  /** Files that are not in the folder, such as the generated Dockerfile; they win over those that are. */
  extraFiles?: readonly { path: string; text: string }[];
}

/** What an image is built from, decided once; sending and hashing read the files. */
export interface BuildContext {
  files: readonly ContextFile[];
  sizeBytes: number;
  /** What looked like a secret and never enters an image. */
  leftOut: readonly string[];
  /** For people, at most one sentence about `leftOut`. */
  warnings: readonly string[];
  /** A new tar stream; it breaks with SourceUnreadable when a file cannot be read. */
  tar(): Readable;
  /** SHA-256 over everything that goes in: path, mode, link target and content; times do not count. Throws SourceUnreadable. */
  hash(): Promise<string>;
}

/** Throws FolderNotFound, SourceUnreadable. */
export async function createBuildContext(root: string, options: ContextOptions = {}): Promise<BuildContext> {
  const { dockerfilePath = 'Dockerfile', extraFiles = [] } = options;
  const lines = [...(options.dockerignore ?? []), ...(await ownIgnoreLines(root, dockerfilePath))];
  const walked = await walkContext(root, lines, [dockerfilePath, '.dockerignore']);
  const extra = new Map(extraFiles.map(({ path, text }) => [path, text]));
  const files = [...walked.files.filter((file) => !extra.has(file.path)), ...extraFiles.map(extraFile)];
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    files,
    sizeBytes: files.reduce((sum, file) => sum + file.size, 0),
    leftOut: walked.leftOut,
    warnings: warningsFor(walked.leftOut),
    tar: () => packFiles(root, files, extra),
    hash: () => hashFiles(root, files, extra),
  };
}

/** `<Dockerfile>.dockerignore` beside the Dockerfile wins over `.dockerignore`, as with BuildKit. */
async function ownIgnoreLines(root: string, dockerfilePath: string): Promise<string[]> {
  for (const path of [`${dockerfilePath}.dockerignore`, '.dockerignore']) {
    const text = await readFile(join(root, path), 'utf8').catch(() => undefined);
    if (text !== undefined) return text.replace(/^\uFEFF/, '').split(/\r?\n/);
  }
  return [];
}

function extraFile({ path, text }: { path: string; text: string }): ContextFile {
  return {
    path,
    type: 'file',
    mode: 0o644,
    size: Buffer.byteLength(text),
    target: '',
  };
}

function warningsFor(leftOut: readonly string[]): string[] {
  if (leftOut.length === 0) return [];
  const more = leftOut.length > 5 ? ` and ${leftOut.length - 5} more` : '';
  return [`Left out of the image, because they look like secrets: ${leftOut.slice(0, 5).join(', ')}${more}.`];
}

type Extra = ReadonlyMap<string, string>;

function packFiles(root: string, files: readonly ContextFile[], extra: Extra): Readable {
  const pack = tar.pack();
  addAll(pack, root, files, extra).then(
    () => pack.finalize(),
    (error: unknown) => pack.destroy(error as Error),
  );
  return pack as unknown as Readable;
}

async function addAll(pack: Pack, root: string, files: readonly ContextFile[], extra: Extra): Promise<void> {
  for (const file of files) {
    if (pack.destroyed) return;
    // Docker gives everything to root, whoever packed it.
    const header = {
      name: file.path,
      mode: file.mode,
      type: file.type,
      uid: 0,
      gid: 0,
    };
    const text = extra.get(file.path);
    if (text !== undefined) pack.entry(header, text);
    else if (file.type === 'file') await addFile(pack, root, file);
    else
      pack.entry({
        ...header,
        ...(file.target && { linkname: file.target.replaceAll('\\', '/') }),
      });
  }
}

async function addFile(pack: Pack, root: string, file: ContextFile): Promise<void> {
  // Opened first: once the entry has begun, a failure breaks the stream with words of its own.
  const content = await reading(file, contentOf(root, file));
  try {
    await pipeline(content, pack.entry({ name: file.path, mode: file.mode, size: file.size, uid: 0, gid: 0 }));
  } finally {
    // A tar that was given up meanwhile takes no entry, and the file would stay open.
    content.destroy();
  }
}

async function hashFiles(root: string, files: readonly ContextFile[], extra: Extra): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(JSON.stringify([file.path, file.type, file.mode & 0o777, file.size, file.target]));
    const text = extra.get(file.path);
    if (text !== undefined) hash.update(text);
    else if (file.type === 'file') await reading(file, update(hash, file, root));
  }
  return hash.digest('hex');
}

async function update(hash: ReturnType<typeof createHash>, file: ContextFile, root: string): Promise<void> {
  for await (const chunk of await contentOf(root, file)) hash.update(chunk as Buffer);
}

/** Not more than the size that was announced: the file may grow while it is read. */
async function contentOf(root: string, file: ContextFile): Promise<Readable> {
  if (file.size === 0) return Readable.from([]);
  return (await open(join(root, file.path))).createReadStream({ end: file.size - 1 });
}

async function reading<Result>(file: ContextFile, work: Promise<Result>): Promise<Result> {
  return work.catch((error: unknown) => {
    throw fail('SourceUnreadable', file.path, messageOf(error));
  });
}
