import { fail } from '../../shared/errors.ts';
import type { AppOptions, FrameworkType } from '../../shared/models.ts';
import { blankPlan, type EvidenceItem, type Recognised, type SourceTree } from '../framework.ts';
import { type Found, readDockerfile } from './facts.ts';

const names = ['Dockerfile', 'dockerfile', 'Containerfile', 'docker/Dockerfile'];
const defaultPort = 8080;

/** Families by the base image, where no manifest tells. */
const families: readonly [image: RegExp, framework: FrameworkType, language: string][] = [
  [/(^|\/)node$/, 'node', 'javascript'],
  [/(^|\/)python$/, 'python', 'python'],
  [/(^|\/)golang$/, 'go', 'go'],
  [/(^|\/)ruby$/, 'ruby', 'ruby'],
  [/(^|\/)rust$/, 'rust', 'rust'],
];

/**
 * The user's own Dockerfile, used as it is; undefined when there is none. `recognised` is what the rest of the folder
 * looks like: it names the family, and the port where the Dockerfile says nothing of it.
 * Throws InvalidOption for a Dockerfile that was named and is not there.
 */
export async function ownDockerfile(
  source: SourceTree,
  wishes: AppOptions,
  recognised: Recognised | undefined,
): Promise<Recognised | undefined> {
  const named = wishes.dockerfilePath;
  for (const file of named ? [named] : names) {
    const text = await source.read(file);
    if (text !== undefined) return plan(file, text, wishes, recognised);
  }
  if (named) throw fail('InvalidOption', 'The Dockerfile', named, 'there is no such file in the source');
  return undefined;
}

async function plan(file: string, text: string, wishes: AppOptions, recognised?: Recognised): Promise<Recognised> {
  const facts = await readDockerfile(text);
  const [, framework, language] = families.find(([image]) => facts.images.some((name) => image.test(name))) ?? [];
  const evidence: EvidenceItem[] = [{ file, says: 'the project has a Dockerfile of its own' }];
  for (const found of [facts.port, facts.start, facts.health]) {
    const isSaid = evidence.some(({ line }) => line === found?.line);
    if (found && !isSaid) evidence.push({ file, line: found.line, says: found.says });
  }
  const stages = facts.stages > 1 ? ` with ${facts.stages} stages` : '';
  return {
    ...blankPlan,
    framework: recognised?.framework ?? framework ?? 'other',
    kind: 'dockerfile',
    label: `${recognised ? `${recognised.label}, ` : ''}own Dockerfile${stages}`.replace(/^own/, 'Own'),
    language: recognised?.language ?? language ?? '',
    languageVersion: recognised?.languageVersion ?? '',
    packageManager: recognised?.packageManager ?? '',
    startCommand: facts.start?.value ?? '',
    port: facts.port?.value ?? recognised?.port ?? defaultPort,
    healthPath: facts.health?.value ?? '',
    evidence,
    warnings: portWarnings(wishes.port, facts.port, recognised?.port ?? defaultPort),
    dockerfilePath: file,
    // In a workspace a Dockerfile is written for the whole of it, where the lock file is.
    ...(recognised?.needsOuter && { needsOuter: true }),
    writeDockerfile: () => '',
  };
}

function portWarnings(given: number | undefined, found: Found<number> | undefined, assumed: number): string[] {
  if (given || found) return [];
  return [`The Dockerfile has no EXPOSE, so port ${assumed} is assumed; set --port if the app listens on another.`];
}
