import type { Project, ProjectOptions } from '../shared/models.ts';

/** Everything that is set for a project, for people: what, and the value. Pure. */
export function projectRows({ options, ...project }: Project): [what: string, value: string][] {
  return [
    ['name', project.name],
    ['id', project.id],
    ['source', project.repositoryUrl],
    ['branch', project.branch || '-'],
    ['recognised as', project.kind || project.framework],
    ['environment', project.environment],
    ['cluster', project.awsCluster],
    ['service', project.awsService],
    ['repository', project.ecrRepository],
    ...Object.entries(options).map(([name, value]): [string, string] => [wordsOf(name), textOf(value)]),
    ['created', dateOf(project.createdAt)],
    ['changed', dateOf(project.updatedAt)],
  ];
}

/** What is called otherwise than the project's own environment, which is another thing. */
const renamed: Partial<Record<keyof ProjectOptions, string>> = { environment: 'variables' };

function wordsOf(name: string): string {
  return renamed[name as keyof ProjectOptions] ?? name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, each]) => `${name}=${each}`)
    .join(', ');
}

/** To the minute, in this computer's time. */
function dateOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  const minutes = date.getTime() - date.getTimezoneOffset() * 60_000;
  return new Date(minutes).toISOString().slice(0, 16).replace('T', ' ');
}
