import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { AwsError, type Saved } from './action.ts';
import { readBody, send } from './http.ts';
import { byKey, page } from './page.ts';
import { type BlobStore, digestOf, isDigest } from './registryStore.ts';
import {
  addImage,
  type EcrState,
  findImage,
  type Image,
  type Repository,
  removeImage,
  repositoryOf,
} from './repositories.ts';
import type { Tokens } from './tokens.ts';

/**
 * ECR's registry as docker sees it: the Docker Registry HTTP API V2, today the OCI distribution specification.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
export interface Registry {
  handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>;
  /** Answers a refusal of AWS in the registry's words. */
  refuse(request: IncomingMessage, response: ServerResponse, error: AwsError): void;
}

export interface RegistryParts {
  saved: Saved<EcrState>;
  store: BlobStore;
  tokens: Tokens;
  /** Milliseconds since 1970. */
  now(): number;
}

/** A refusal in the registry's words. */
class RegistryError extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

interface Call extends RegistryParts {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  /** The repository's name, and what the path names in it. */
  name: string;
  reference: string;
}

const paths: readonly [pattern: RegExp, noun: (method: string) => string][] = [
  [/^\/v2\/?$/, () => 'base'],
  [/^\/v2\/_catalog$/, () => 'catalog'],
  [/^\/v2\/(?<name>.+)\/tags\/list$/, () => 'tags'],
  [/^\/v2\/(?<name>.+)\/blobs\/uploads\/?$/, () => 'upload'],
  [/^\/v2\/(?<name>.+)\/blobs\/uploads\/(?<reference>[^/]+)$/, (method) => (/^P/.test(method) ? 'blob' : 'upload')],
  [/^\/v2\/(?<name>.+)\/blobs\/(?<reference>[^/]+)$/, () => 'blob'],
  [/^\/v2\/(?<name>.+)\/manifests\/(?<reference>[^/]+)$/, () => 'manifest'],
];

/** What a request asks for, such as `PUT manifest` or `PATCH blob`; `undefined` for a path that is not the registry's. */
export function registryRequest(method: string, path: string) {
  for (const [pattern, noun] of paths) {
    const match = pattern.exec(path);
    if (match) {
      const { name = '', reference = '' } = match.groups ?? {};
      return { action: `${method} ${noun(method)}`, name, reference };
    }
  }
  return undefined;
}

const actions: Record<string, (call: Call) => Promise<void> | void> = {
  'GET base': ({ response }) => send(response, 200, '{}', json),
  'HEAD base': ({ response }) => send(response, 200, '{}', json),
  'GET catalog': catalog,
  'GET tags': listTags,
  'HEAD blob': headBlob,
  'GET blob': getBlob,
  'POST upload': startUpload,
  'GET upload': uploadStatus,
  'DELETE upload': cancelUpload,
  'PATCH blob': appendToUpload,
  'PUT blob': finishUpload,
  'HEAD manifest': getManifest,
  'GET manifest': getManifest,
  'PUT manifest': putManifest,
  'DELETE manifest': deleteManifest,
};

const json = { 'content-type': 'application/json' };

export function createRegistry(parts: RegistryParts): Registry {
  return {
    async handle(request, response, url) {
      response.setHeader('docker-distribution-api-version', 'registry/2.0');
      try {
        authorize(parts.tokens, request);
        const asked = registryRequest(request.method ?? '', url.pathname);
        const action = asked && actions[asked.action];
        if (!action) throw new RegistryError(405, 'UNSUPPORTED', 'The operation is unsupported.');
        await action({ ...parts, ...asked, request, response, url });
      } catch (error) {
        refuse(request, response, toRegistryError(error));
      }
    },
    refuse: (request, response, error) => refuse(request, response, toRegistryError(error)),
  };
}

/** ECR calls an ended token denied, and docker shows that word; an unknown one is as good as none. */
function authorize(tokens: Tokens, request: IncomingMessage): void {
  const [scheme, value = ''] = (request.headers.authorization ?? '').split(' ');
  const text = scheme?.toLowerCase() === 'basic' ? Buffer.from(value, 'base64').toString() : '';
  const verdict = text.startsWith('AWS:') ? tokens.check(text.slice('AWS:'.length)) : 'unknown';
  if (verdict === 'expired') throw new RegistryError(403, 'DENIED', tokenExpired);
  if (verdict === 'unknown') throw new RegistryError(401, 'UNAUTHORIZED', value ? tokenExpired : 'Not Authorized');
}

const tokenExpired = 'Your authorization token has expired. Reauthenticate and try again.';

function refuse(request: IncomingMessage, response: ServerResponse, error: RegistryError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // What the client still sends of a refused body is read away, so that it comes to read the answer.
  request.resume();
  const host = request.headers.host ?? '';
  const challenge = { 'www-authenticate': `Basic realm="http://${host}/",service="ecr.amazonaws.com"` };
  const body = JSON.stringify({ errors: [{ code: error.code, message: error.message }] });
  send(response, error.status, body, { ...json, ...(error.status === 401 && challenge) });
}

const wordsOfAws: Record<string, [status: number, code: string]> = {
  RepositoryNotFoundException: [404, 'NAME_UNKNOWN'],
  ImageTagAlreadyExistsException: [400, 'TAG_INVALID'],
  LayersNotFoundException: [400, 'MANIFEST_BLOB_UNKNOWN'],
  ReferencedImagesNotFoundException: [400, 'MANIFEST_BLOB_UNKNOWN'],
  InvalidParameterException: [400, 'MANIFEST_INVALID'],
  ThrottlingException: [429, 'TOOMANYREQUESTS'],
  AccessDeniedException: [403, 'DENIED'],
  InternalFailure: [500, 'UNKNOWN'],
};

function toRegistryError(error: unknown): RegistryError {
  if (error instanceof RegistryError) return error;
  if (error instanceof AwsError && error.code === 'ExpiredTokenException') {
    return new RegistryError(403, 'DENIED', tokenExpired);
  }
  if (error instanceof AwsError) {
    const [status, code] = wordsOfAws[error.code] ?? [400, 'UNSUPPORTED'];
    return new RegistryError(status, code, error.message);
  }
  const full = (error as { code?: unknown }).code === 'ENOSPC';
  return new RegistryError(full ? 507 : 500, 'UNKNOWN', full ? 'The disk of the sandbox is full.' : 'Internal error.');
}

function catalog({ saved, response, url }: Call): void {
  const names = Object.keys(saved.value.repositories).sort();
  const { items } = page(names, (name) => name, tokenAfter(url), limitOf(url));
  send(response, 200, JSON.stringify({ repositories: items }), json);
}

function listTags({ saved, response, url, name }: Call): void {
  const tags = Object.keys(repositoryOf(saved.value, name).imageTags).sort(byKey((tag) => tag));
  const { items } = page(tags, (tag) => tag, tokenAfter(url), limitOf(url));
  send(response, 200, JSON.stringify({ name, tags: items }), json);
}

function limitOf(url: URL): number {
  return Number(url.searchParams.get('n')) || 1000;
}

/** The registry's `last` is the plain name that our tokens carry. */
function tokenAfter(url: URL): string | undefined {
  const last = url.searchParams.get('last');
  return last === null ? undefined : Buffer.from(JSON.stringify(last)).toString('base64url');
}

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

async function headBlob(call: Call): Promise<void> {
  const size = await blobSize(call);
  call.response.writeHead(200, { ...blobHeaders(call.reference), 'content-length': size }).end();
}

async function getBlob(call: Call): Promise<void> {
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

async function startUpload(call: Call): Promise<void> {
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

function uploadStatus(call: Call): void {
  answerUpload(call.response, call.name, call.reference, uploadOf(call).size, 204);
}

async function cancelUpload(call: Call): Promise<void> {
  uploadOf(call);
  await call.store.cancelUpload(call.reference);
  call.response.writeHead(204).end();
}

async function appendToUpload(call: Call): Promise<void> {
  const upload = uploadOf(call);
  const start = /^(?:bytes )?(\d+)-/.exec(String(call.request.headers['content-range'] ?? ''))?.[1];
  if (start !== undefined && Number(start) !== upload.size) {
    throw new RegistryError(416, 'BLOB_UPLOAD_INVALID', `The upload has ${upload.size} bytes.`);
  }
  await upload.append(bodyOf(call.request));
  answerUpload(call.response, call.name, call.reference, upload.size);
}

async function finishUpload(call: Call): Promise<void> {
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

function imageOf({ saved, name, reference }: Call): Image {
  const repository = repositoryOf(saved.value, name);
  const image = findImage(repository, isDigest(reference) ? { imageDigest: reference } : { imageTag: reference });
  if (image) return image;
  const id = isDigest(reference)
    ? `imageDigest:'${reference}', imageTag:'null'`
    : `imageDigest:'null', imageTag:'${reference}'`;
  throw new RegistryError(
    404,
    'MANIFEST_UNKNOWN',
    `The image with imageId {${id}} does not exist within the repository with name '${name}' in the registry`,
  );
}

async function getManifest(call: Call): Promise<void> {
  const image = imageOf(call);
  const content = await call.store.read(image.digest);
  const headers = { 'content-type': image.mediaType, 'docker-content-digest': image.digest, etag: `"${image.digest}"` };
  send(call.response, 200, content, headers);
}

async function putManifest(call: Call): Promise<void> {
  const { saved, store, request, response, name, reference, now } = call;
  const repository = repositoryOf(saved.value, name);
  const content = await readBody(request);
  const digest = digestOf(content);
  const tag = isDigest(reference) ? undefined : reference;
  if (tag === undefined && reference !== digest) {
    throw new RegistryError(400, 'DIGEST_INVALID', 'The provided digest did not match the manifest.');
  }
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag)) {
    throw new RegistryError(400, 'TAG_INVALID', `The image tag '${tag}' is not valid.`);
  }
  const mediaType = (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  // On disk before it is listed: whoever sees an image can read its manifest.
  await store.put(content);
  addImage(repository, { digest, mediaType, content, tag, now: now() / 1000 });
  await saved.save();
  send(response, 201, '', { location: `/v2/${name}/manifests/${digest}`, 'docker-content-digest': digest });
}

async function deleteManifest(call: Call): Promise<void> {
  const repository = repositoryOf(call.saved.value, call.name);
  const image = imageOf(call);
  removeImage(repository, image, isDigest(call.reference) ? undefined : call.reference);
  await call.saved.save();
  call.response.writeHead(202).end();
}
