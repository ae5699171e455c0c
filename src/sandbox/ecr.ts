import { type ActionTable, AwsError, accountId, region, type Saved } from './action.ts';
import { imageActions } from './ecrImages.ts';
import { byKey, page } from './page.ts';
import type { BlobStore } from './registryStore.ts';
import { type EcrState, type Repository, removeUnused, repositoryOf } from './repositories.ts';
import type { Tokens } from './tokens.ts';

export interface EcrParts {
  saved: Saved<EcrState>;
  store: BlobStore;
  tokens: Tokens;
  /** `127.0.0.1:<port>`, where the registry listens. */
  registryHost(): string;
  /** Milliseconds since 1970. */
  now(): number;
}

/** The actions of Amazon ECR. Exceptions and texts are those of its API reference. */
export function createEcr(parts: EcrParts): ActionTable {
  return { ...repositoryActions(parts), ...settingActions(parts), ...imageActions(parts) };
}

function repositoryActions({ saved, store, tokens, registryHost, now }: EcrParts): ActionTable {
  const state = saved.value;
  const shape = (repository: Repository) => shapeOf(repository, registryHost());
  return {
    async CreateRepository(input) {
      checkName(input.repositoryName);
      if (Object.hasOwn(state.repositories, input.repositoryName)) throw alreadyExists(input.repositoryName);
      const repository = newRepository(input, now() / 1000);
      state.repositories[repository.name] = repository;
      await saved.save();
      return { repository: shape(repository) };
    },

    DescribeRepositories(input) {
      if (input.repositoryNames) {
        return { repositories: input.repositoryNames.map((name: string) => shape(repositoryOf(state, name))) };
      }
      const nameOf = (repository: Repository) => repository.name;
      const all = Object.values(state.repositories).sort(byKey(nameOf));
      const { items, nextToken } = page(all, nameOf, input.nextToken, input.maxResults ?? 100);
      return { repositories: items.map(shape), nextToken };
    },

    async DeleteRepository(input) {
      const repository = repositoryOf(state, input.repositoryName);
      if (!input.force && Object.keys(repository.images).length > 0) throw notEmpty(repository.name);
      delete state.repositories[repository.name];
      await saved.save();
      await removeUnused(store, state, [...Object.keys(repository.blobs), ...Object.keys(repository.images)]);
      return { repository: shape(repository) };
    },

    GetAuthorizationToken() {
      const { password, expiresAt } = tokens.issue();
      const authorizationToken = Buffer.from(`AWS:${password}`).toString('base64');
      const proxyEndpoint = `http://${registryHost()}`;
      return { authorizationData: [{ authorizationToken, expiresAt: expiresAt / 1000, proxyEndpoint }] };
    },
  };
}

function settingActions({ saved }: EcrParts): ActionTable {
  const state = saved.value;
  const base = (repository: Repository) => ({ registryId: accountId, repositoryName: repository.name });
  return {
    async PutImageTagMutability(input) {
      const repository = repositoryOf(state, input.repositoryName);
      repository.imageTagMutability = input.imageTagMutability;
      repository.imageTagMutabilityExclusionFilters = input.imageTagMutabilityExclusionFilters;
      await saved.save();
      return { ...base(repository), imageTagMutability: repository.imageTagMutability };
    },

    /** Kept and given back; the sandbox expires no images. */
    async PutLifecyclePolicy(input) {
      const repository = repositoryOf(state, input.repositoryName);
      repository.lifecyclePolicyText = input.lifecyclePolicyText;
      await saved.save();
      return { ...base(repository), lifecyclePolicyText: repository.lifecyclePolicyText };
    },

    GetLifecyclePolicy(input) {
      const repository = repositoryOf(state, input.repositoryName);
      if (!repository.lifecyclePolicyText) throw noLifecyclePolicy(repository.name);
      return { ...base(repository), lifecyclePolicyText: repository.lifecyclePolicyText };
    },

    async TagResource(input) {
      Object.assign(repositoryByArn(state, input.resourceArn).tags, tagsFrom(input.tags));
      await saved.save();
      return {};
    },

    async UntagResource(input) {
      const { tags } = repositoryByArn(state, input.resourceArn);
      for (const key of input.tagKeys) delete tags[key];
      await saved.save();
      return {};
    },

    ListTagsForResource(input) {
      const { tags } = repositoryByArn(state, input.resourceArn);
      return { tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: CreateRepository's input, as the wire has it.
function newRepository(input: any, createdAt: number): Repository {
  return {
    name: input.repositoryName,
    createdAt,
    imageTagMutability: input.imageTagMutability ?? 'MUTABLE',
    imageTagMutabilityExclusionFilters: input.imageTagMutabilityExclusionFilters,
    scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
    encryptionConfiguration: input.encryptionConfiguration ?? { encryptionType: 'AES256' },
    tags: tagsFrom(input.tags),
    images: {},
    imageTags: {},
    blobs: {},
  };
}

function shapeOf(repository: Repository, registryHost: string): object {
  return {
    repositoryArn: `arn:aws:ecr:${region}:${accountId}:repository/${repository.name}`,
    registryId: accountId,
    repositoryName: repository.name,
    repositoryUri: `${registryHost}/${repository.name}`,
    createdAt: repository.createdAt,
    imageTagMutability: repository.imageTagMutability,
    imageTagMutabilityExclusionFilters: repository.imageTagMutabilityExclusionFilters,
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    encryptionConfiguration: repository.encryptionConfiguration,
  };
}

const namePattern = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

function checkName(name: unknown): void {
  const rule =
    typeof name !== 'string' || name.length < 2
      ? 'must have length greater than or equal to 2'
      : name.length > 256
        ? 'must have length less than or equal to 256'
        : namePattern.test(name)
          ? undefined
          : "must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*'";
  if (!rule) return;
  throw new AwsError(
    'InvalidParameterException',
    `Invalid parameter at 'repositoryName' failed to satisfy constraint: '${rule}'`,
  );
}

function tagsFrom(tags: { Key: string; Value: string }[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key, Value]));
}

function repositoryByArn(state: EcrState, arn: string): Repository {
  const name = /^arn:aws[a-z-]*:ecr:[^:]*:\d*:repository\/(.+)$/.exec(arn)?.[1];
  if (name) return repositoryOf(state, name);
  throw new AwsError(
    'InvalidParameterException',
    "Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN'",
  );
}

function alreadyExists(name: string): AwsError {
  return new AwsError(
    'RepositoryAlreadyExistsException',
    `The repository with name '${name}' already exists in the registry with id '${accountId}'`,
  );
}

function notEmpty(name: string): AwsError {
  return new AwsError(
    'RepositoryNotEmptyException',
    `The repository with name '${name}' in registry with id '${accountId}' cannot be deleted because it still contains images`,
  );
}

function noLifecyclePolicy(name: string): AwsError {
  return new AwsError(
    'LifecyclePolicyNotFoundException',
    `Lifecycle policy does not exist for the repository with name '${name}' in the registry with id '${accountId}'`,
  );
}
