import { createHash } from 'node:crypto';
import { fail } from '../shared/errors.ts';

/**
 * A project's name serves as the default of the ECS service, the container and the ECR repository,
 * so it keeps to what all of them allow: ECS takes letters, digits, `-` and `_`; ECR lower case from a letter on.
 * @throws DeployError InvalidName
 */
export function checkProjectName(name: string): string {
  if (!/^[A-Za-z][A-Za-z0-9_-]{0,62}$/.test(name)) {
    throw fail(
      'InvalidName',
      'The project name',
      name,
      'letters, digits, `-` and `_`, at most 63, beginning with a letter',
    );
  }
  return name;
}

/** @throws DeployError InvalidName; the rule is that of CreateService and CreateCluster. */
export function checkEcsName(what: string, name: string): string {
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) {
    throw fail('InvalidName', what, name, 'letters, digits, `-` and `_`, at most 255');
  }
  return name;
}

/** @throws DeployError InvalidName; the rule is that of ECR's CreateRepository. */
export function checkRepositoryName(name: string): string {
  const part = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
  if (name.length < 2 || name.length > 256 || !new RegExp(`^${part}(?:/${part})*$`).test(name)) {
    throw fail(
      'InvalidName',
      'The ECR repository',
      name,
      'lower-case letters, digits, and single `-`, `_`, `.` or `/` between them',
    );
  }
  return name;
}

/** A project name made of whatever a folder or repository is called; never empty. */
export function suggestProjectName(path: string): string {
  const last =
    path
      .replace(/[/\\]+$/, '')
      .split(/[/\\:]/)
      .pop() ?? '';
  const clean = last
    .replace(/\.git$/, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^[^A-Za-z]+|-+$/g, '')
    .slice(0, 63);
  return clean || 'app';
}

/** The default ECR repository of a project: its name as ECR allows it. */
export function repositoryNameFor(project: string): string {
  const name = project.toLowerCase().replace(/[-_]+/g, '-').replace(/-$/, '');
  return name.length < 2 ? `${name}-app` : name;
}

/**
 * The image's tag: project, commit, and a fingerprint of everything else that the image is made of
 * (Dockerfile, platform, uncommitted files). The same tag is the same image, so it needs to be built only once.
 */
export function imageTag(project: string, commitSha: string, ingredients: readonly string[]): string {
  const fingerprint = createHash('sha256').update(ingredients.join('\0')).digest('hex').slice(0, 8);
  return `${project.slice(0, 63)}-${commitSha.slice(0, 12) || 'nocommit'}-${fingerprint}`;
}
