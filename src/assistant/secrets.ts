import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Host } from '../shared/host.ts';
import { mayNameSecret } from '../shared/redactOutgoing.ts';
import { secretKeys, storedAwsKeys } from '../storage/credentials.ts';

/** Shorter ones are ordinary words. */
const shortest = 8;

/**
 * Values that must not leave this computer wherever they turn up: what is stored as a secret, and what the `.env` files
 * of the workspace, which Claude cannot read, hold under a name that says so or in a URL. An app that logs its
 * configuration would give them away.
 */
export async function knownSecrets(host: Host, root: string | undefined): Promise<string[]> {
  const stored = await Promise.all(Object.values(secretKeys).map((key) => host.secrets.get(key)));
  const aws = Object.values((await storedAwsKeys(host.secrets)) ?? {});
  const { AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  const local = root === undefined ? [] : await envValues(root);
  const all = [...stored, ...aws, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, ...local];
  return [...new Set(all.filter((value) => value !== undefined && value.length >= shortest))] as string[];
}

async function envValues(root: string): Promise<string[]> {
  const names = await readdir(root).catch(() => []);
  const files = names.filter(
    (name) => /^\.env(?:\.|$)/.test(name) && !/\.(?:example|sample|template|dist)$/.test(name),
  );
  const texts = await Promise.all(files.map((file) => readFile(path.join(root, file), 'utf8').catch(() => '')));
  return texts.flatMap(secretValues);
}

/** Pure. */
export function secretValues(dotenv: string): string[] {
  return dotenv.split('\n').flatMap((line) => {
    const [, name = '', said = ''] = /^\s*(?:export\s+)?([\w.-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    const value = said.replace(/^(["'`])(.*)\1$/, '$2');
    const isSecret = mayNameSecret.test(name) || /key$/i.test(name) || /:\/\/[^/\s]*@/.test(value);
    return isSecret && value.length >= shortest ? [value] : [];
  });
}
