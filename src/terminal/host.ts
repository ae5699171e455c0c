import { homedir } from 'node:os';
import path from 'node:path';
import { fail } from '../shared/errors.ts';
import type { Host, Secrets } from '../shared/host.ts';
import { defaultSettings, type Settings } from '../shared/settings.ts';
import { fileSecrets } from '../storage/credentials.ts';

/** What a user may say on the command line for all commands that touch AWS. */
export interface HostFlags {
  region?: string;
  endpoint?: string;
  profile?: string;
  baseImageRegistry?: string;
}

/** The terminal's host: flags win over the environment, and that over the defaults. */
export function terminalHost(flags: HostFlags): Host {
  const storageDir = path.resolve(process.env.DEPLOYOTRON_HOME || path.join(homedir(), '.deployotron'));
  const secrets: Secrets = fileSecrets(storageDir);
  const settings = settingsFrom(flags, process.env);
  return { storageDir, secrets, settings: () => settings, log: (line) => process.stderr.write(`${line}\n`) };
}

/** Pure. @throws DeployError InvalidOption for an endpoint that is no URL. */
export function settingsFrom(flags: HostFlags, env: NodeJS.ProcessEnv): Settings {
  return {
    ...defaultSettings,
    region: flags.region || env.AWS_REGION || env.AWS_DEFAULT_REGION || defaultSettings.region,
    endpoint: checkEndpoint(flags.endpoint || env.AWS_ENDPOINT_URL || ''),
    profile: flags.profile || env.AWS_PROFILE || '',
    baseImageRegistry: flags.baseImageRegistry || env.DEPLOYOTRON_BASE_IMAGE_REGISTRY || '',
  };
}

function checkEndpoint(endpoint: string): string {
  if (!endpoint) return '';
  const url = URL.parse(endpoint);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw fail('InvalidOption', 'The endpoint', endpoint, 'it must be a URL such as http://127.0.0.1:4577');
  }
  return endpoint.replace(/\/+$/, '');
}
