import { homedir } from 'node:os';
import path from 'node:path';
import { type Failure, fail } from '../shared/errors.ts';
import type { Host, Secrets } from '../shared/host.ts';
import { type BuildCachePlace, buildCachePlaces, defaultSettings, type Settings } from '../shared/settings.ts';
import { fileSecrets } from '../storage/credentials.ts';

/** What a user may say on the command line for all commands that touch AWS. */
export interface HostFlags {
  region?: string;
  endpoint?: string;
  profile?: string;
  baseImageRegistry?: string;
  buildCache?: BuildCachePlace;
  keepDays?: number;
  keepDeployments?: number;
  /** `rollback`, `ask` or `wait`. */
  onFailure?: OnFailure;
}

/** How the flag says it, and what it is called in the settings. */
const policies = { rollback: 'always', ask: 'ask', wait: 'never' } as const;
export type OnFailure = keyof typeof policies;
export const onFailureChoices = Object.keys(policies);

/** The terminal's host: flags win over the environment, and that over the defaults. */
export function terminalHost(flags: HostFlags): Host {
  const storageDir = path.resolve(process.env.DEPLOYOTRON_HOME || path.join(homedir(), '.deployotron'));
  const secrets: Secrets = fileSecrets(storageDir);
  const settings = settingsFrom(flags, process.env);
  return {
    storageDir,
    secrets,
    settings: () => settings,
    log: (line) => process.stderr.write(`${line}\n`),
    ...(process.stdin.isTTY && process.stderr.isTTY && { confirmRollback }),
  };
}

/** Pure. @throws DeployError InvalidOption for an endpoint that is no URL, or a number that is none. */
export function settingsFrom(flags: HostFlags, env: NodeJS.ProcessEnv): Settings {
  return {
    ...defaultSettings,
    region: flags.region || env.AWS_REGION || env.AWS_DEFAULT_REGION || defaultSettings.region,
    endpoint: checkEndpoint(flags.endpoint || env.AWS_ENDPOINT_URL || ''),
    profile: flags.profile || env.AWS_PROFILE || '',
    baseImageRegistry: flags.baseImageRegistry || env.DEPLOYOTRON_BASE_IMAGE_REGISTRY || '',
    buildCache: flags.buildCache ?? place(env.DEPLOYOTRON_BUILD_CACHE || defaultSettings.buildCache),
    keepDays: flags.keepDays ?? count(env, 'DEPLOYOTRON_KEEP_DAYS'),
    keepDeployments: flags.keepDeployments ?? count(env, 'DEPLOYOTRON_KEEP_DEPLOYMENTS'),
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT || '',
    ...(flags.onFailure && { rollbackOnCertainFailure: policies[flags.onFailure] }),
  };
}

function place(text: string): BuildCachePlace {
  const found = buildCachePlaces.find((each) => each === text);
  if (found) return found;
  throw fail('InvalidOption', 'DEPLOYOTRON_BUILD_CACHE', text, `one of ${buildCachePlaces.join(', ')}`);
}

function count(env: NodeJS.ProcessEnv, name: string): number {
  const text = env[name] || '0';
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw fail('InvalidOption', name, text, 'a whole number; 0 keeps all');
}

/** Asks on the terminal; the answer that is not given is yes. */
async function confirmRollback({ message }: Failure): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`\n${message}\nGo back to the version before? [Y/n] `);
    return !/^n/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

function checkEndpoint(endpoint: string): string {
  if (!endpoint) return '';
  const url = URL.parse(endpoint);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw fail('InvalidOption', 'The endpoint', endpoint, 'it must be a URL such as http://127.0.0.1:4577');
  }
  return endpoint.replace(/\/+$/, '');
}
