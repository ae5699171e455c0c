import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Pack } from 'tar-stream';
import tar from 'tar-stream';
import { fail, messageOf } from '../shared/errors.ts';
import { type ContextFile, walkContext } from './contextFiles.ts';
import { besideSource, contentOf, inSource, type Sent } from './sentFiles.ts';

export type { ContextFile } from './contextFiles.ts';

export interface ContextOptions {
  /** Relative to the root; it goes in even when it is ignored. Default `Dockerfile`. */
  dockerfilePath?: string;
  /** Text of a generated Dockerfile, which lies at `generatedDockerfilePath` and takes the place of one in the folder. */
  generated?: string;
  /** Text in the place of what stands in the folder at `dockerfilePath`. */
  replaced?: string;
  /** Lines that go before those of the source's own .dockerignore, which may take them back. */
  dockerignore?: readonly string[];
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
  const { dockerfilePath = 'Dockerfile', generated, replaced } = options;
  const lines = [...(options.dockerignore ?? []), ...(await ownIgnoreLines(root, dockerfilePath))];
  const walked = await walkContext(root, lines, generated === undefined ? [dockerfilePath] : []);
  const sent =
    generated === undefined ? inSource(walked.files, dockerfilePath, replaced) : besideSource(walked.files, generated);
  const { files } = sent;
  return {
    files,
    sizeBytes: files.reduce((sum, file) => sum + file.size, 0),
    leftOut: walked.leftOut,
    warnings: warningsFor(walked.leftOut),
    tar: () => packFiles(root, sent),
    hash: () => hashFiles(root, sent),
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

function warningsFor(leftOut: readonly string[]): string[] {
  if (leftOut.length === 0) return [];
  const more = leftOut.length > 5 ? ` and ${leftOut.length - 5} more` : '';
  return [`Left out of the image, because they look like secrets: ${leftOut.slice(0, 5).join(', ')}${more}.`];
}

function packFiles(root: string, sent: Sent): Readable {
  const pack = tar.pack();
  addAll(pack, root, sent).then(
    () => pack.finalize(),
    (error: unknown) => pack.destroy(error as Error),
  );
  return pack as unknown as Readable;
}

async function addAll(pack: Pack, root: string, sent: Sent): Promise<void> {
  for (const file of sent.files) {
    if (pack.destroyed) return;
    // Docker gives everything to root, whoever packed it.
    const header = {
      name: file.path,
      mode: file.mode,
      type: file.type,
      uid: 0,
      gid: 0,
    };
    if (file.type === 'file') await addFile(pack, root, file, sent);
    else
      pack.entry({
        ...header,
        ...(file.target && { linkname: file.target.replaceAll('\\', '/') }),
      });
  }
}

async function addFile(pack: Pack, root: string, file: ContextFile, sent: Sent): Promise<void> {
  // Opened first: once the entry has begun, a failure breaks the stream with words of its own.
  const content = await reading(file, contentOf(root, file, sent));
  try {
    await pipeline(content, pack.entry({ name: file.path, mode: file.mode, size: file.size, uid: 0, gid: 0 }));
  } finally {
    // A tar that was given up meanwhile takes no entry, and the file would stay open.
    content.destroy();
  }
}

async function hashFiles(root: string, sent: Sent): Promise<string> {
  const hash = createHash('sha256');
  for (const file of sent.files) {
    hash.update(JSON.stringify([file.path, file.type, file.mode & 0o777, file.size, file.target]));
    if (file.type === 'file') await reading(file, update(hash, file, root, sent));
  }
  return hash.digest('hex');
}

async function update(hash: ReturnType<typeof createHash>, file: ContextFile, root: string, sent: Sent): Promise<void> {
  for await (const chunk of await contentOf(root, file, sent)) hash.update(chunk as Buffer);
}

async function reading<Result>(file: ContextFile, work: Promise<Result>): Promise<Result> {
  return work.catch((error: unknown) => {
    throw fail('SourceUnreadable', file.path, messageOf(error));
  });
}
