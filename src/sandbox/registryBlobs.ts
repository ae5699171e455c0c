import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { send } from './http.ts';
import { type Call, RegistryError } from './registryCall.ts';
import { isDigest } from './registryStore.ts';
import { type EcrState, type Repository, repositoryOf } from './repositories.ts';

async function blobSize({ saved, store, name, reference }: Call): Promise<number> {
  const known = Object.hasOwn(repositoryOf(saved.value, name).blobs, reference);
  const size = known ? await store.size(reference) : undefined;
  if (size === undefined) throw new RegistryError(404, 'BLOB_UNKNOWN', 'blob unknown to registry');
  return size;
}

function blobHeaders(digest: string): Record<string, string> {
  return {
    'content-type': 'application/octet-stream',
    'docker-content-digest': digest,
    'accept-ranges': 'bytes',
    etag: `"${digest}"`,
  };
}

export async function headBlob(call: Call): Promise<void> {
  const size = await blobSize(call);
  call.response.writeHead(200, { ...blobHeaders(call.reference), 'content-length': size }).end();
}

export async function getBlob(call: Call): Promise<void> {
  const { request, response, store, reference } = call;
  const size = await blobSize(call);
  const range = rangeOf(request.headers.range, size);
  const headers = blobHeaders(reference);
  if (range) {
    const length = range.end - range.start + 1;
    const contentRange = `bytes ${range.start}-${range.end}/${size}`;
    response.writeHead(206, { ...headers, 'content-length': length, 'content-range': contentRange });
  } else response.writeHead(200, { ...headers, 'content-length': size });
  // A client that leaves half-way is no failure of ours.
  await pipeline(store.stream(reference, range), response).catch(() => response.destroy());
}

/** One range of bytes; what is not one is answered with the whole, as HTTP allows. */
function rangeOf(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const match = /^bytes=(\d+)-(\d*)$/.exec(header ?? '');
  if (!match) return undefined;
  const start = Number(match[1]);
  const end = Math.min(match[2] ? Number(match[2]) : size - 1, size - 1);
  if (start > end) throw new RegistryError(416, 'UNSUPPORTED', 'The range is not in the blob.');
  return { start, end };
}

export async function startUpload(call: Call): Promise<void> {
  const { saved, store, response, url, name } = call;
  const repository = repositoryOf(saved.value, name);
  const mount = url.searchParams.get('mount') ?? '';
  if (canMount(saved.value, mount, url.searchParams.get('from'))) {
    await addBlob(call, repository, mount);
    return;
  }
  const id = await store.startUpload();
  if (url.searchParams.has('digest')) await finishUpload({ ...call, reference: id });
  else answerUpload(response, name, id, 0);
}

function canMount(state: EcrState, digest: string, from: string | null): boolean {
  const source = from !== null && Object.hasOwn(state.repositories, from) ? state.repositories[from] : undefined;
  return source !== undefined && Object.hasOwn(source.blobs, digest);
}

async function addBlob({ saved, response, name }: Call, repository: Repository, digest: string): Promise<void> {
  repository.blobs[digest] = true;
  await saved.save();
  send(response, 201, '', { location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest });
}

function answerUpload(response: ServerResponse, name: string, id: string, size: number, status = 202): void {
  send(response, status, '', {
    location: `/v2/${name}/blobs/uploads/${id}`,
    'docker-upload-uuid': id,
    // An empty upload is `0-0` by custom: the end is inclusive, and there is no other way to write it.
    range: `0-${Math.max(0, size - 1)}`,
  });
}

function uploadOf({ store, saved, name, reference }: Call) {
  repositoryOf(saved.value, name);
  const upload = store.upload(reference);
  if (!upload) throw new RegistryError(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry');
  return upload;
}

export function uploadStatus(call: Call): void {
  answerUpload(call.response, call.name, call.reference, uploadOf(call).size, 204);
}

export async function cancelUpload(call: Call): Promise<void> {
  uploadOf(call);
  await call.store.cancelUpload(call.reference);
  call.response.writeHead(204).end();
}

export async function appendToUpload(call: Call): Promise<void> {
  const upload = uploadOf(call);
  const start = /^(?:bytes )?(\d+)-/.exec(String(call.request.headers['content-range'] ?? ''))?.[1];
  if (start !== undefined && Number(start) !== upload.size) {
    throw new RegistryError(416, 'BLOB_UPLOAD_INVALID', `The upload has ${upload.size} bytes.`);
  }
  await upload.append(bodyOf(call.request));
  answerUpload(call.response, call.name, call.reference, upload.size);
}

export async function finishUpload(call: Call): Promise<void> {
  const { saved, store, url, request, name, reference } = call;
  const upload = uploadOf(call);
  const digest = url.searchParams.get('digest') ?? '';
  await upload.append(bodyOf(request));
  if (!isDigest(digest) || !(await store.finishUpload(reference, digest))) {
    await store.cancelUpload(reference);
    throw new RegistryError(400, 'DIGEST_INVALID', 'The provided digest did not match the uploaded content.');
  }
  await addBlob(call, repositoryOf(saved.value, name), digest);
}

/** A disk that is full must not cut the connection, or the client never reads why. */
function bodyOf(request: IncomingMessage): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false });
}
