import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from './action.ts';
import { drain, send } from './http.ts';
import {
  appendToUpload,
  cancelUpload,
  finishUpload,
  getBlob,
  headBlob,
  startUpload,
  uploadStatus,
} from './registryBlobs.ts';
import { type Call, json, RegistryError, type RegistryParts } from './registryCall.ts';
import { catalog, deleteManifest, getManifest, listTags, putManifest } from './registryManifests.ts';
import type { Tokens } from './tokens.ts';

/**
 * ECR's registry as docker sees it: the Docker Registry HTTP API V2, today the OCI distribution specification.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
export interface Registry {
  handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>;
  /** Answers a refusal of AWS in the registry's words. */
  refuse(request: IncomingMessage, response: ServerResponse, error: AwsError): Promise<void>;
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
        await refuse(request, response, toRegistryError(error));
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

async function refuse(request: IncomingMessage, response: ServerResponse, error: RegistryError): Promise<void> {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  await drain(request);
  const host = request.headers.host ?? '';
  const challenge = { 'www-authenticate': `Basic realm="http://${host}/",service="ecr.amazonaws.com"` };
  const body = JSON.stringify({ errors: [{ code: error.code, message: error.message }] });
  send(response, error.status, body, { ...json, ...(error.status === 401 && challenge) });
}

const wordsOfAws: Record<string, [status: number, code: string]> = {
  RepositoryNotFoundException: [404, 'NAME_UNKNOWN'],
  ResourceNotFoundException: [404, 'MANIFEST_UNKNOWN'],
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
  if ((error as { code?: unknown }).code !== 'ENOSPC') return new RegistryError(500, 'UNKNOWN', 'Internal error.');
  // Of all codes this is one after which the Docker engine neither tries again for a minute nor hides the sentence.
  return new RegistryError(400, 'UNSUPPORTED', 'no space left on device: the sandbox cannot keep the image');
}
