import { type Entry, quote } from './entry.ts';

/** Pushing to the registry. */
export const registry = {
  RegistryRefused: (registry: string, detail: string): Entry => ({
    message: `The registry ${registry} did not accept the login.`,
    remedy: 'Deploy again; if it stays so, check the rights ecr:GetAuthorizationToken and ecr:PutImage.',
    action: 'retry',
    detail,
  }),
  RegistryUnreachable: (registry: string, detail: string): Entry => ({
    message: `The registry ${registry} could not be reached.`,
    remedy: 'Check your network, then try again; what was pushed already is kept.',
    action: 'retry',
    detail,
  }),
  RegistryFailed: (registry: string, detail: string): Entry => ({
    message: `The registry ${registry} answered with an error, again and again.`,
    remedy: 'Wait a little and try again; what was pushed already is kept.',
    action: 'retry',
    detail,
  }),
  RegistrySilent: (registry: string, seconds: number): Entry => ({
    message: `The registry ${registry} has taken no byte for ${seconds} seconds.`,
    remedy: 'Check your network, then try again; what was pushed already is kept.',
    action: 'retry',
  }),
  ImageTagImmutable: (tag: string): Entry => ({
    message: `The registry holds another image under the tag ${quote(tag)} and does not allow it to be replaced.`,
    remedy: 'Commit the change and deploy again: a new commit gets a new tag.',
  }),
  RegistryRepositoryMissing: (repository: string, detail: string): Entry => ({
    message: `There is no repository ${quote(repository)} in the registry.`,
    remedy: 'Deploy again, which creates it; if it stays so, check the region and the right ecr:CreateRepository.',
    action: 'retry',
    detail,
  }),
};
