import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Host } from '../shared/host.ts';
import type { Project } from '../shared/models.ts';
import { mayNameSecret } from '../shared/redactOutgoing.ts';
import { secretKeys, storedAwsKeys } from '../storage/credentials.ts';

/** Shorter ones are ordinary words. */
const shortest = 8;

/**
 * Values that must not leave this computer wherever they turn up: what is stored as a secret, and what stands under a
 * name that says so, or in a URL, among the project's variables and in the `.env` files of the workspace, which Claude
 * cannot read. An app that logs its configuration would give them away.
 */
export async function knownSecrets(
  host: Host,
  root: string | undefined,
  project: Project | undefined,
): Promise<string[]> {
  const stored = await Promise.all(Object.values(secretKeys).map((key) => host.secrets.get(key)));
  const aws = Object.values((await storedAwsKeys(host.secrets)) ?? {});
  const { AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  const variables = [...Object.entries(project?.options.environment ?? {}), ...(root ? await envFiles(root) : [])];
  const all = [...stored, ...aws, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, ...secretValues(variables)];
  return [...new Set(all.filter((value) => value !== undefined && value.length >= shortest))] as string[];
}

type Variable = [name: string, value: string];

async function envFiles(root: string): Promise<Variable[]> {
  const names = await readdir(root).catch(() => []);
  const files = names.filter(
    (name) => /^\.env(?:\.|$)/.test(name) && !/\.(?:example|sample|template|dist)$/.test(name),
  );
  const texts = await Promise.all(files.map((file) => readFile(path.join(root, file), 'utf8').catch(() => '')));
  return texts.flatMap(variablesIn);
}

function variablesIn(dotenv: string): Variable[] {
  return dotenv.split('\n').flatMap((line): Variable[] => {
    const [, name, said = ''] = /^\s*(?:export\s+)?([\w.-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, said.replace(/^(["'`])(.*)\1$/, '$2')]];
  });
}

function secretValues(variables: readonly Variable[]): string[] {
  const isSecret = ([name, value]: Variable) =>
    mayNameSecret.test(name) || /key$/i.test(name) || /:\/\/[^/\s]*@/.test(value);
  return variables.filter(isSecret).map(([, value]) => value);
}
