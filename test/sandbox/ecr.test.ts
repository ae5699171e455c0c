import { randomBytes } from 'node:crypto';
import {
  BatchCheckLayerAvailabilityCommand,
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetLifecyclePolicyCommand,
  ListImagesCommand,
  ListTagsForResourceCommand,
  PutImageCommand,
  PutLifecyclePolicyCommand,
  paginateDescribeImages,
  paginateDescribeRepositories,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { digestOf } from '../../src/sandbox/registryStore.ts';
import { clientOptions, startTestSandbox } from '../support/sandbox.ts';

let sandbox: Awaited<ReturnType<typeof startTestSandbox>>;
let ecr: ECRClient;

beforeAll(async () => {
  sandbox = await startTestSandbox();
  ecr = new ECRClient(clientOptions(sandbox.endpoint));
});

afterAll(async () => {
  ecr?.destroy();
  await sandbox?.stop();
});

const newName = () => `test/${randomBytes(6).toString('hex')}`;
const thrownBy = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error) => error,
  );

async function newRepository(more: object = {}): Promise<string> {
  const repositoryName = newName();
  await ecr.send(new CreateRepositoryCommand({ repositoryName, ...more }));
  return repositoryName;
}

/** Puts an image with one layer of the given text, as docker would. */
async function putImage(repositoryName: string, text: string, imageTag?: string): Promise<string> {
  const layer = await upload(repositoryName, text);
  const config = await upload(repositoryName, '{}');
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: { mediaType: 'application/vnd.docker.container.image.v1+json', digest: config, size: 2 },
    layers: [{ digest: layer, size: text.length }],
  });
  const { image } = await ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag }));
  return image?.imageId?.imageDigest ?? '';
}

async function upload(repository: string, body: string): Promise<string> {
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const digest = digestOf(Buffer.from(body));
  const headers = { authorization: `Basic ${authorizationData?.[0]?.authorizationToken}` };
  await fetch(`${sandbox.endpoint}/v2/${repository}/blobs/uploads/?digest=${digest}`, {
    method: 'POST',
    headers,
    body,
  });
  return digest;
}

describe('repositories', () => {
  test('a new one has AWS’s shape and an address at the sandbox', async () => {
    const repositoryName = newName();
    const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName }));
    expect(repository).toMatchObject({
      repositoryArn: `arn:aws:ecr:us-east-1:000000000000:repository/${repositoryName}`,
      registryId: '000000000000',
      repositoryName,
      repositoryUri: `127.0.0.1:${sandbox.port}/${repositoryName}`,
      imageTagMutability: 'MUTABLE',
      imageScanningConfiguration: { scanOnPush: false },
      encryptionConfiguration: { encryptionType: 'AES256' },
    });
    expect(repository?.createdAt).toBeInstanceOf(Date);
  });

  test('the same name again is refused', async () => {
    const repositoryName = await newRepository();
    const error = await thrownBy(ecr.send(new CreateRepositoryCommand({ repositoryName })));
    expect(error.name).toBe('RepositoryAlreadyExistsException');
    expect(error.message).toBe(
      `The repository with name '${repositoryName}' already exists in the registry with id '000000000000'`,
    );
  });

  test.each(['', 'x', 'Upper', '-x', 'a//b', 'a b', '../x', 'x'.repeat(257)])(
    'the name "%s" is refused',
    async (name) => {
      const error = await thrownBy(ecr.send(new CreateRepositoryCommand({ repositoryName: name })));
      expect(error.name).toBe('InvalidParameterException');
      expect(error.message).toContain("Invalid parameter at 'repositoryName' failed to satisfy constraint");
    },
  );

  test('all are found page by page, each once', async () => {
    const names = await Promise.all([newRepository(), newRepository(), newRepository()]);
    const found: (string | undefined)[] = [];
    for await (const page of paginateDescribeRepositories({ client: ecr, pageSize: 2 }, {})) {
      expect(page.repositories?.length).toBeLessThanOrEqual(2);
      found.push(...(page.repositories ?? []).map(({ repositoryName }) => repositoryName));
    }
    expect(found).toEqual([...new Set(found)].sort());
    expect(found).toEqual(expect.arrayContaining(names));
  });

  test('one that holds images is deleted only by force', async () => {
    const repositoryName = await newRepository();
    await putImage(repositoryName, 'layer', 'v1');
    const error = await thrownBy(ecr.send(new DeleteRepositoryCommand({ repositoryName })));
    expect(error.name).toBe('RepositoryNotEmptyException');
    await ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true }));
    const gone = await thrownBy(ecr.send(new DeleteRepositoryCommand({ repositoryName })));
    expect(gone.name).toBe('RepositoryNotFoundException');
  });

  test('tags and the lifecycle policy are kept', async () => {
    const repositoryName = newName();
    const tags = [{ Key: 'team', Value: 'a' }];
    const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName, tags }));
    const resourceArn = repository?.repositoryArn;
    await ecr.send(new TagResourceCommand({ resourceArn, tags: [{ Key: 'stage', Value: 'x' }] }));
    await ecr.send(new UntagResourceCommand({ resourceArn, tagKeys: ['team'] }));
    const listed = await ecr.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(listed.tags).toEqual([{ Key: 'stage', Value: 'x' }]);
    const none = await thrownBy(ecr.send(new GetLifecyclePolicyCommand({ repositoryName })));
    expect(none.name).toBe('LifecyclePolicyNotFoundException');
    const lifecyclePolicyText = '{"rules":[]}';
    await ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
    const kept = await ecr.send(new GetLifecyclePolicyCommand({ repositoryName }));
    expect(kept.lifecyclePolicyText).toBe(lifecyclePolicyText);
  });
});

describe('the authorization token', () => {
  test('is user AWS and a password for this registry, for 12 hours', async () => {
    const asked = Date.now();
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const { authorizationToken = '', proxyEndpoint, expiresAt } = authorizationData?.[0] ?? {};
    expect(Buffer.from(authorizationToken, 'base64').toString()).toMatch(/^AWS:[\w-]{100,}$/);
    expect(proxyEndpoint).toBe(sandbox.endpoint);
    expect(expiresAt?.getTime()).toBeGreaterThanOrEqual(asked + 12 * 3600 * 1000 - 1000);
  });
});

describe('images', () => {
  test('an image tells its digest, tags, size and time', async () => {
    const repositoryName = await newRepository();
    const imageDigest = await putImage(repositoryName, 'twelve bytes', 'v1');
    const { imageDetails } = await ecr.send(
      new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'v1' }] }),
    );
    expect(imageDetails).toMatchObject([
      {
        imageDigest,
        imageTags: ['v1'],
        imageSizeInBytes: 12,
        imageManifestMediaType: 'application/vnd.docker.distribution.manifest.v2+json',
        artifactMediaType: 'application/vnd.docker.container.image.v1+json',
      },
    ]);
    expect(imageDetails?.[0]?.imagePushedAt).toBeInstanceOf(Date);
  });

  test('an image that is not there is named as AWS names it', async () => {
    const repositoryName = await newRepository();
    const ask = new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'v9' }] });
    const error = await thrownBy(ecr.send(ask));
    expect(error.name).toBe('ImageNotFoundException');
    expect(error.message).toBe(
      `The image with imageId {imageDigest:'null', imageTag:'v9'} does not exist within the repository with name '${repositoryName}' in the registry with id '000000000000'`,
    );
  });

  test('a tag moves to the newer image, and the older one stays untagged', async () => {
    const repositoryName = await newRepository();
    const older = await putImage(repositoryName, 'one', 'latest');
    const newer = await putImage(repositoryName, 'two', 'latest');
    const untagged = new ListImagesCommand({ repositoryName, filter: { tagStatus: 'UNTAGGED' } });
    expect((await ecr.send(untagged)).imageIds).toEqual([{ imageDigest: older }]);
    const tagged = new DescribeImagesCommand({ repositoryName, filter: { tagStatus: 'TAGGED' } });
    expect((await ecr.send(tagged)).imageDetails?.map(({ imageDigest }) => imageDigest)).toEqual([newer]);
  });

  test('many are found page by page, each once', async () => {
    const repositoryName = await newRepository();
    const digests = [];
    for (const text of ['a', 'b', 'c', 'd', 'e']) digests.push(await putImage(repositoryName, text, text));
    const found: (string | undefined)[] = [];
    for await (const { imageDetails } of paginateDescribeImages({ client: ecr, pageSize: 2 }, { repositoryName })) {
      found.push(...(imageDetails ?? []).map(({ imageDigest }) => imageDigest));
    }
    expect(found).toEqual(digests.sort());
  });

  test('a manifest is read and put again under a second tag, as a rollback does', async () => {
    const repositoryName = await newRepository();
    const imageDigest = await putImage(repositoryName, 'one', 'v1');
    const imageIds = [{ imageTag: 'v1' }, { imageTag: 'v9' }];
    const { images, failures } = await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds }));
    expect(images?.map(({ imageId }) => imageId)).toEqual([{ imageDigest, imageTag: 'v1' }]);
    expect(failures?.map(({ failureCode }) => failureCode)).toEqual(['ImageNotFound']);
    const imageManifest = images?.[0]?.imageManifest ?? '';
    await ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: 'stable' }));
    const again = await thrownBy(ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: 'stable' })));
    expect(again.name).toBe('ImageAlreadyExistsException');
  });

  test('deleting by tag takes the image with its last tag', async () => {
    const repositoryName = await newRepository();
    const imageDigest = await putImage(repositoryName, 'one', 'v1');
    const imageIds = [{ imageTag: 'v1' }, { imageTag: 'v9' }];
    const deleted = await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds }));
    expect(deleted.imageIds).toEqual([{ imageDigest, imageTag: 'v1' }]);
    expect(deleted.failures?.map(({ failureCode }) => failureCode)).toEqual(['ImageNotFound']);
    expect((await ecr.send(new ListImagesCommand({ repositoryName }))).imageIds).toEqual([]);
  });

  test('layers are known by the repository that they were sent to', async () => {
    const [one, other] = [await newRepository(), await newRepository()];
    const digest = await upload(one, 'layer');
    const ask = (repositoryName: string) =>
      ecr.send(new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests: [digest] }));
    expect((await ask(one)).layers).toMatchObject([{ layerAvailability: 'AVAILABLE', layerSize: 5 }]);
    expect((await ask(other)).layers).toMatchObject([{ layerAvailability: 'UNAVAILABLE' }]);
  });
});
