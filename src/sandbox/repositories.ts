import { AwsError, accountId } from './action.ts';
import { readManifest } from './manifest.ts';
import type { BlobStore } from './registryStore.ts';

/** What ECR knows; its blobs and manifests lie in the blob store. */
export interface EcrState {
  repositories: Record<string, Repository>;
}

export interface Repository {
  name: string;
  /** Seconds since 1970, as all times here. */
  createdAt: number;
  imageTagMutability: string;
  imageTagMutabilityExclusionFilters?: { filter: string }[];
  scanOnPush: boolean;
  encryptionConfiguration: object;
  tags: Record<string, string>;
  lifecyclePolicyText?: string;
  /** By manifest digest. */
  images: Record<string, Image>;
  /** Image tag → manifest digest. */
  imageTags: Record<string, string>;
  /** Digests of the layers and configurations that were pushed to or mounted into this repository. */
  blobs: Record<string, true>;
}

export interface Image {
  digest: string;
  mediaType: string;
  artifactMediaType?: string;
  pushedAt: number;
  /** Bytes of all layers; of a list, those of its largest image, as ECR counts. */
  size: number;
  /** Digests of the configuration and the layers, or of a list's images. */
  references: string[];
}

export function emptyEcrState(): EcrState {
  return { repositories: {} };
}

export function isEcrState(value: unknown): boolean {
  return typeof (value as EcrState | undefined)?.repositories === 'object';
}

/** @throws AwsError RepositoryNotFoundException */
export function repositoryOf(state: EcrState, name: string): Repository {
  // A name such as `constructor` is not one of ours.
  const repository = Object.hasOwn(state.repositories, name) ? state.repositories[name] : undefined;
  if (!repository) {
    throw new AwsError(
      'RepositoryNotFoundException',
      `The repository with name '${name}' does not exist in the registry with id '${accountId}'`,
    );
  }
  return repository;
}

export function findImage(repository: Repository, id: { imageDigest?: string; imageTag?: string }): Image | undefined {
  const tagged = id.imageTag === undefined ? undefined : own(repository.imageTags, id.imageTag);
  if (id.imageTag !== undefined && tagged === undefined) return undefined;
  if (tagged !== undefined && id.imageDigest !== undefined && tagged !== id.imageDigest) return undefined;
  return own(repository.images, id.imageDigest ?? tagged ?? '');
}

export function tagsOf(repository: Repository, digest: string): string[] {
  return Object.keys(repository.imageTags).filter((tag) => repository.imageTags[tag] === digest);
}

/**
 * Adds the image that a manifest describes, and moves `tag` to it.
 * @throws AwsError InvalidParameterException for a manifest that ECR does not take, LayersNotFoundException,
 * ReferencedImagesNotFoundException, ImageTagAlreadyExistsException where tags are immutable.
 */
export function addImage(
  repository: Repository,
  pushed: { digest: string; mediaType: string; content: Buffer; tag?: string; now: number },
): Image {
  const { digest, tag, now } = pushed;
  if (tag !== undefined) refuseImmutable(repository, tag);
  const image = { ...readManifest(repository, pushed.mediaType, pushed.content), digest, pushedAt: now };
  repository.images[digest] ??= image;
  if (tag !== undefined) repository.imageTags[tag] = digest;
  return repository.images[digest];
}

/** ECR refuses even the same image under the same tag once more (aws/containers-roadmap issue 2380). */
function refuseImmutable(repository: Repository, tag: string): void {
  if (own(repository.imageTags, tag) === undefined || !isImmutable(repository, tag)) return;
  throw new AwsError(
    'ImageTagAlreadyExistsException',
    `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the tag is immutable.`,
  );
}

/** The mode names the rule (`IMMUTABLE_WITH_EXCLUSION`), and the filters, with `*` for anything, the tags it leaves out. */
function isImmutable(repository: Repository, tag: string): boolean {
  const rule = repository.imageTagMutability.startsWith('IMMUTABLE');
  const filters = repository.imageTagMutabilityExclusionFilters ?? [];
  return filters.some(({ filter }) => matchesWildcard(filter, tag)) ? !rule : rule;
}

function matchesWildcard(filter: string, tag: string): boolean {
  const [first = '', ...rest] = filter.split('*');
  if (rest.length === 0) return filter === tag;
  const last = rest.pop() ?? '';
  let at = tag.startsWith(first) ? first.length : -1;
  for (const part of rest) {
    if (at < 0) return false;
    const found = tag.indexOf(part, at);
    at = found < 0 ? -1 : found + part.length;
  }
  return at >= 0 && tag.length - last.length >= at && tag.endsWith(last);
}

/**
 * Removes the image, or only `imageTag` where other tags keep it.
 * A blob that no other image of this repository needs goes too.
 */
export function removeImage(repository: Repository, image: Image, tag?: string): void {
  if (tag !== undefined) delete repository.imageTags[tag];
  const others = tagsOf(repository, image.digest);
  if (tag !== undefined && others.length > 0) return;
  for (const other of others) delete repository.imageTags[other];
  delete repository.images[image.digest];
  const needed = new Set(Object.values(repository.images).flatMap((left) => left.references));
  for (const digest of image.references) if (!needed.has(digest)) delete repository.blobs[digest];
}

/** Removes from disk those of `digests` that no repository needs. */
export async function removeUnused(store: BlobStore, state: EcrState, digests: string[]): Promise<void> {
  const used = digestsInUse(state);
  for (const digest of digests) if (!used.has(digest)) await store.remove(digest);
}

/** Every digest that some repository still needs. */
export function digestsInUse(state: EcrState): Set<string> {
  const digests = Object.values(state.repositories).flatMap((repository) => [
    ...Object.keys(repository.blobs),
    ...Object.keys(repository.images),
  ]);
  return new Set(digests);
}

function own<T>(record: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
