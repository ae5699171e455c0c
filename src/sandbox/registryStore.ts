import { createHash, type Hash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** Blobs by their SHA-256 digest, and uploads under way, as files. */
export interface BlobStore {
  /** Bytes, or `undefined` where there is no such blob. */
  size(digest: string): Promise<number | undefined>;
  /** `end` is inclusive, as in a Range header. */
  stream(digest: string, range?: { start: number; end: number }): Readable;
  read(digest: string): Promise<Buffer>;
  put(content: Buffer): Promise<string>;
  remove(digest: string): Promise<void>;
  /** Removes all others: a crash may have left some that nobody knows of. */
  keepOnly(digests: ReadonlySet<string>): Promise<void>;
  /** The id of a new upload. */
  startUpload(): Promise<string>;
  upload(id: string): Upload | undefined;
  /** False where the bytes have another digest; the upload is gone either way. */
  finishUpload(id: string, digest: string): Promise<boolean>;
  cancelUpload(id: string): Promise<void>;
}

export interface Upload {
  /** Bytes received. */
  readonly size: number;
  append(chunks: AsyncIterable<Buffer>): Promise<void>;
}

interface RunningUpload extends Upload {
  size: number;
  hash: Hash;
  path: string;
  touchedAt: number;
}

/** An upload that nobody has touched for so long was left by its client. */
const abandonedAfter = 3600 * 1000;

export function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

export function isDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

/** Opens the store in `folder`; what a crash left half uploaded is removed. */
export async function openBlobStore(folder: string): Promise<BlobStore> {
  const blobs = join(folder, 'blobs', 'sha256');
  const incoming = join(folder, 'uploads');
  await rm(incoming, { recursive: true, force: true });
  await mkdir(blobs, { recursive: true, mode: 0o700 });
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  const uploads = new Map<string, RunningUpload>();

  function pathOf(digest: string): string {
    // A digest comes from outside and becomes a path.
    if (!isDigest(digest)) throw new Error('not a digest');
    return join(blobs, digest.slice('sha256:'.length));
  }

  async function startUpload(): Promise<string> {
    for (const [id, upload] of uploads) {
      if (upload.touchedAt + abandonedAfter < Date.now()) await cancelUpload(id);
    }
    const id = randomUUID();
    uploads.set(id, newUpload(join(incoming, id)));
    return id;
  }

  async function finishUpload(id: string, digest: string): Promise<boolean> {
    const upload = uploads.get(id);
    if (!upload) return false;
    uploads.delete(id);
    const matches = digest === `sha256:${upload.hash.digest('hex')}`;
    if (matches) await rename(upload.path, pathOf(digest));
    else await rm(upload.path, { force: true });
    return matches;
  }

  async function cancelUpload(id: string): Promise<void> {
    const upload = uploads.get(id);
    uploads.delete(id);
    if (upload) await rm(upload.path, { force: true });
  }

  async function put(content: Buffer): Promise<string> {
    const digest = digestOf(content);
    const id = await startUpload();
    await uploads.get(id)?.append(once(content));
    await finishUpload(id, digest);
    return digest;
  }

  return {
    size: (digest) =>
      stat(pathOf(digest)).then(
        (file) => file.size,
        () => undefined,
      ),
    stream: (digest, range) => createReadStream(pathOf(digest), range),
    read: (digest) => readFile(pathOf(digest)),
    put,
    remove: (digest) => rm(pathOf(digest), { force: true }),
    async keepOnly(digests) {
      for (const name of await readdir(blobs)) if (!digests.has(`sha256:${name}`)) await rm(join(blobs, name));
    },
    startUpload,
    upload: (id) => uploads.get(id),
    finishUpload,
    cancelUpload,
  };
}

async function* once(content: Buffer): AsyncIterable<Buffer> {
  yield content;
}

function newUpload(path: string): RunningUpload {
  const upload: RunningUpload = {
    size: 0,
    hash: createHash('sha256'),
    path,
    touchedAt: Date.now(),
    append: (chunks) => append(upload, chunks),
  };
  return upload;
}

/** Size and hash tell what is on disk at every moment, so that an upload can go on after its connection broke. */
async function append(upload: RunningUpload, chunks: AsyncIterable<Buffer>): Promise<void> {
  const file = await open(upload.path, 'a', 0o600);
  try {
    for await (const chunk of chunks) {
      await file.appendFile(chunk);
      upload.hash.update(chunk);
      upload.size += chunk.length;
      upload.touchedAt = Date.now();
    }
    await file.sync();
  } catch (error) {
    // A full disk may have taken half a chunk.
    await file.truncate(upload.size);
    throw error;
  } finally {
    await file.close();
  }
}
