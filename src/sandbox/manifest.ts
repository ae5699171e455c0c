import { AwsError, accountId } from './action.ts';
import type { Image, Repository } from './repositories.ts';

const manifestTypes = {
  image: ['application/vnd.docker.distribution.manifest.v2+json', 'application/vnd.oci.image.manifest.v1+json'],
  list: ['application/vnd.docker.distribution.manifest.list.v2+json', 'application/vnd.oci.image.index.v1+json'],
};

/**
 * What a manifest says of its image.
 * @throws AwsError as `addImage` does
 */
export function readManifest(
  repository: Repository,
  mediaType: string,
  content: Buffer,
): Pick<Image, 'mediaType' | 'artifactMediaType' | 'size' | 'references'> {
  const manifest = parse(content);
  if (manifestTypes.list.includes(mediaType)) return readList(repository, mediaType, manifest);
  if (!manifestTypes.image.includes(mediaType)) throw invalidManifest();
  const layers: Descriptor[] = manifest.layers ?? [];
  // Layers that may not be redistributed carry URLs and are not pushed.
  const needed = [manifest.config, ...layers.filter((layer) => !layer.urls)].map(digestIn);
  const missing = needed.filter((digest) => !Object.hasOwn(repository.blobs, digest));
  if (missing.length > 0) throw notFound('LayersNotFoundException', 'Layers', missing, repository.name);
  const size = layers.reduce((sum, layer) => sum + (Number(layer.size) || 0), 0);
  const artifactMediaType: string | undefined = manifest.config?.mediaType;
  return { mediaType, artifactMediaType, size, references: needed };
}

function readList(repository: Repository, mediaType: string, manifest: Manifest) {
  const references = (manifest.manifests ?? []).map(digestIn);
  const missing = references.filter((digest) => !Object.hasOwn(repository.images, digest));
  if (missing.length > 0) throw notFound('ReferencedImagesNotFoundException', 'Images', missing, repository.name);
  const size = Math.max(0, ...references.map((digest) => repository.images[digest]?.size ?? 0));
  return { mediaType, size, references };
}

interface Descriptor {
  mediaType?: string;
  digest?: unknown;
  size?: unknown;
  urls?: unknown;
}

interface Manifest {
  config?: Descriptor;
  layers?: Descriptor[];
  manifests?: Descriptor[];
}

function parse(content: Buffer): Manifest {
  try {
    const manifest = JSON.parse(content.toString());
    const lists = [manifest.layers ?? [], manifest.manifests ?? []];
    if (manifest.schemaVersion === 2 && lists.every(Array.isArray)) return manifest;
  } catch {}
  throw invalidManifest();
}

function digestIn(descriptor: Descriptor | undefined): string {
  if (typeof descriptor?.digest !== 'string') throw invalidManifest();
  return descriptor.digest;
}

function invalidManifest(): AwsError {
  return new AwsError(
    'InvalidParameterException',
    "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax or unsupported manifest'",
  );
}

function notFound(code: string, what: string, digests: string[], name: string): AwsError {
  return new AwsError(
    code,
    `${what} with digests '[${digests.join(', ')}]' required for pushing image into repository with name '${name}' in the registry with id '${accountId}' do not exist`,
  );
}
