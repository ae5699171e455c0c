import { type ActionTable, AwsError, accountId } from './action.ts';
import type { EcrParts } from './ecr.ts';
import { byKey, page } from './page.ts';
import { digestOf, isDigest } from './registryStore.ts';
import {
  addImage,
  findImage,
  type Image,
  type Repository,
  removeImage,
  removeUnused,
  repositoryOf,
  tagsOf,
} from './repositories.ts';

interface ImageId {
  imageDigest?: string;
  imageTag?: string;
}

/** The actions of ECR on images and layers. */
export function imageActions({ saved, store, now }: EcrParts): ActionTable {
  const state = saved.value;

  async function shapeWithManifest(repository: Repository, image: Image, imageTag?: string) {
    return {
      registryId: accountId,
      repositoryName: repository.name,
      imageId: { imageDigest: image.digest, imageTag },
      imageManifest: (await store.read(image.digest)).toString(),
      imageManifestMediaType: image.mediaType,
    };
  }

  return {
    DescribeImages(input) {
      const repository = repositoryOf(state, input.repositoryName);
      if (input.imageIds) {
        const images = input.imageIds.map((id: ImageId) => imageOf(repository, id));
        return { imageDetails: images.map((image: Image) => detailsOf(repository, image)) };
      }
      const wanted = input.filter?.tagStatus ?? 'ANY';
      const all = Object.values(repository.images)
        .filter((image) => wanted === 'ANY' || wanted === tagStatus(repository, image))
        .sort(byKey(digestIn));
      const { items, nextToken } = page(all, digestIn, input.nextToken, input.maxResults ?? 100);
      return { imageDetails: items.map((image) => detailsOf(repository, image)), nextToken };
    },

    ListImages(input) {
      const repository = repositoryOf(state, input.repositoryName);
      const wanted = input.filter?.tagStatus ?? 'ANY';
      const ids = Object.values(repository.images)
        .filter((image) => wanted === 'ANY' || wanted === tagStatus(repository, image))
        .flatMap((image) => idsOf(repository, image));
      const { items, nextToken } = page(ids.sort(byKey(keyOf)), keyOf, input.nextToken, input.maxResults ?? 100);
      return { imageIds: items, nextToken };
    },

    async BatchGetImage(input) {
      const repository = repositoryOf(state, input.repositoryName);
      const images: object[] = [];
      const failures: object[] = [];
      for (const imageId of input.imageIds as ImageId[]) {
        const image = findImage(repository, imageId);
        if (image) images.push(await shapeWithManifest(repository, image, imageId.imageTag));
        else failures.push(imageNotFound(imageId));
      }
      return { images, failures };
    },

    async PutImage(input) {
      const repository = repositoryOf(state, input.repositoryName);
      const content = Buffer.from(String(input.imageManifest));
      const digest = digestOf(content);
      if (input.imageDigest && input.imageDigest !== digest) throw digestMismatch(input.imageDigest, digest);
      const known = findImage(repository, { imageDigest: digest, imageTag: input.imageTag });
      if (known) throw alreadyExists(repository.name, digest, input.imageTag);
      const mediaType = input.imageManifestMediaType ?? mediaTypeIn(content);
      // On disk before it is listed: whoever sees an image can read its manifest.
      await store.put(content);
      const image = addImage(repository, { digest, mediaType, content, tag: input.imageTag, now: now() / 1000 });
      await saved.save();
      return { image: await shapeWithManifest(repository, image, input.imageTag) };
    },

    async BatchDeleteImage(input) {
      const repository = repositoryOf(state, input.repositoryName);
      const imageIds: ImageId[] = [];
      const failures: object[] = [];
      const candidates: string[] = [];
      for (const imageId of input.imageIds as ImageId[]) {
        const image = findImage(repository, imageId);
        const failure = image ? referencedByList(repository, image, imageId) : imageNotFound(imageId);
        if (failure || !image) failures.push(failure ?? {});
        else {
          candidates.push(image.digest, ...image.references);
          removeImage(repository, image, imageId.imageTag);
          imageIds.push({ imageDigest: image.digest, imageTag: imageId.imageTag });
        }
      }
      await saved.save();
      await removeUnused(store, state, candidates.filter(isDigest));
      return { imageIds, failures };
    },

    async BatchCheckLayerAvailability(input) {
      const repository = repositoryOf(state, input.repositoryName);
      const layers = (input.layerDigests as string[]).map(async (layerDigest) => {
        const here = Object.hasOwn(repository.blobs, layerDigest);
        const layerSize = here ? await store.size(layerDigest) : undefined;
        return { layerDigest, layerAvailability: here ? 'AVAILABLE' : 'UNAVAILABLE', layerSize };
      });
      return { layers: await Promise.all(layers), failures: [] };
    },
  };
}

function digestIn(image: Image): string {
  return image.digest;
}

function idsOf(repository: Repository, image: Image): ImageId[] {
  const tags = tagsOf(repository, image.digest);
  if (tags.length === 0) return [{ imageDigest: image.digest }];
  return tags.map((imageTag) => ({ imageDigest: image.digest, imageTag }));
}

function keyOf({ imageDigest, imageTag }: ImageId): string {
  return `${imageDigest} ${imageTag ?? ''}`;
}

function tagStatus(repository: Repository, image: Image): string {
  return tagsOf(repository, image.digest).length > 0 ? 'TAGGED' : 'UNTAGGED';
}

function detailsOf(repository: Repository, image: Image): object {
  const imageTags = tagsOf(repository, image.digest);
  return {
    registryId: accountId,
    repositoryName: repository.name,
    imageDigest: image.digest,
    ...(imageTags.length > 0 && { imageTags }),
    imageSizeInBytes: image.size,
    imagePushedAt: image.pushedAt,
    imageManifestMediaType: image.mediaType,
    artifactMediaType: image.artifactMediaType,
  };
}

function imageOf(repository: Repository, id: ImageId): Image {
  const image = findImage(repository, id);
  if (image) return image;
  const [digest, tag] = [id.imageDigest ?? 'null', id.imageTag ?? 'null'];
  throw new AwsError(
    'ImageNotFoundException',
    `The image with imageId {imageDigest:'${digest}', imageTag:'${tag}'} does not exist within the repository with name '${repository.name}' in the registry with id '${accountId}'`,
  );
}

function imageNotFound(imageId: ImageId): object {
  return { imageId, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' };
}

/** ECR keeps an image that a manifest list names, until the list is gone. */
function referencedByList(repository: Repository, image: Image, imageId: ImageId): object | undefined {
  const others = tagsOf(repository, image.digest).filter((tag) => tag !== imageId.imageTag);
  if (imageId.imageTag !== undefined && others.length > 0) return undefined;
  const list = Object.values(repository.images).find(({ references }) => references.includes(image.digest));
  if (!list) return undefined;
  const failureReason = `Requested image referenced by manifest list: [${list.digest}]`;
  return { imageId, failureCode: 'ImageReferencedByManifestList', failureReason };
}

function alreadyExists(name: string, digest: string, tag: string | undefined): AwsError {
  const tagged = tag === undefined ? '' : ` and tag '${tag}'`;
  return new AwsError(
    'ImageAlreadyExistsException',
    `Image with digest '${digest}'${tagged} already exists in the repository with name '${name}' in registry with id '${accountId}'`,
  );
}

function digestMismatch(given: string, real: string): AwsError {
  return new AwsError(
    'ImageDigestDoesNotMatchException',
    `The provided digest '${given}' does not match the image's digest '${real}'`,
  );
}

function mediaTypeIn(content: Buffer): string {
  try {
    return JSON.parse(content.toString()).mediaType ?? '';
  } catch {
    return '';
  }
}
