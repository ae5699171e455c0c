import { readBody, send } from './http.ts';
import { byKey, page } from './page.ts';
import { type Call, json, RegistryError } from './registryCall.ts';
import { digestOf, isDigest } from './registryStore.ts';
import { addImage, findImage, type Image, removeImage, repositoryOf } from './repositories.ts';

export function catalog({ saved, response, url }: Call): void {
  const names = Object.keys(saved.value.repositories).sort();
  const { items } = page(names, (name) => name, tokenAfter(url), limitOf(url));
  send(response, 200, JSON.stringify({ repositories: items }), json);
}

export function listTags({ saved, response, url, name }: Call): void {
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

export async function getManifest(call: Call): Promise<void> {
  const image = imageOf(call);
  const content = await call.store.read(image.digest);
  const headers = { 'content-type': image.mediaType, 'docker-content-digest': image.digest, etag: `"${image.digest}"` };
  send(call.response, 200, content, headers);
}

export async function putManifest(call: Call): Promise<void> {
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

export async function deleteManifest(call: Call): Promise<void> {
  const repository = repositoryOf(call.saved.value, call.name);
  const image = imageOf(call);
  removeImage(repository, image, isDigest(call.reference) ? undefined : call.reference);
  await call.saved.save();
  call.response.writeHead(202).end();
}
