import { readFile } from 'node:fs/promises';

/** Folders that hold the keys of tools; nothing in them belongs into an image. */
const secretFolders = new Set(['.aws', '.ssh', '.gnupg', '.azure', '.kube']);

const secretNames = [
  // .env, .envrc, .env.local, .env-prod; the examples that are meant to be shared stay.
  /^\.env(?:rc|[._-].*)?$/,
  /\.key$/i,
  /\.(?:p12|pfx|jks|keystore)$/i,
  /^id_(?:rsa|dsa|ecdsa|ed25519)/,
  /^[._]netrc$/,
  /^\.pypirc$/,
  /^\.git-credentials$/,
  // The state of Terraform holds every value that it was given.
  /\.tfstate(?:\..*)?$/,
];
const sharedExample = /\.(?:example|sample|template|dist)$/i;

/**
 * True for a file that looks like a secret and therefore never enters an image, whatever .dockerignore says.
 * `path` is relative with `/`; `absolute` is where its text can be read.
 */
export async function isSecretFile(path: string, absolute: string): Promise<boolean> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (secretNames.some((pattern) => pattern.test(name))) return !sharedExample.test(name);
  if (/\.pem$/i.test(name)) return !isCertificate(await textOf(absolute));
  // A token that npm takes from the environment is no secret.
  if (name === '.npmrc') return /(?:_authToken|_auth|_password)\s*=\s*(?!\$\{)\S/.test(await textOf(absolute));
  return path.endsWith('.docker/config.json');
}

/** Public certificates, such as the bundle that a database's TLS wants, are no secret. */
function isCertificate(text: string): boolean {
  return text.includes('-----BEGIN CERTIFICATE-----') && !text.includes('PRIVATE KEY');
}

export function isSecretFolder(name: string): boolean {
  return secretFolders.has(name) || secretNames.some((pattern) => pattern.test(name));
}

/** What cannot be read counts as a secret rather than as none. */
async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '_authToken=unreadable');
}
