import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail } from '../shared/errors.ts';

/** A repository's address, with everything secret taken out of it. */
export interface RepositoryUrl {
  /** `https` includes http:// to this computer; `local` is a folder. */
  kind: 'https' | 'ssh' | 'local';
  /** What git is given and what the records keep; an absolute path when `local`. */
  url: string;
  /** For sentences and screens. */
  display: string;
  /** From `https://user@host`; empty when there was none. */
  username: string;
  /** A password or token that stood in the address; it must reach git as a credential only. */
  token: string;
}

/**
 * Reads an address by an allow-list: https, http to this computer, ssh (also `user@host:path`), file, and any path of a
 * folder (relative to `base`). Query and fragment of a pasted https address are dropped.
 * Throws RepositoryUrlRefused for everything else, `ext::…` and what git would take for an option among it.
 */
export function parseRepositoryUrl(text: string, base: string = process.cwd()): RepositoryUrl {
  const value = text.trim();
  const parsed = isPlain(value) ? (readUrl(value) ?? readScp(value) ?? readPath(value, base)) : undefined;
  if (!parsed) throw fail('RepositoryUrlRefused', value.replace(/:\/\/.*@/s, '://'));
  return parsed;
}

/** The address without anything secret, for one that stands in a `.git/config` and may be of any shape. */
export function displayUrl(text: string): string {
  try {
    return parseRepositoryUrl(text, '/').display;
  } catch {
    return text.replace(/:\/\/.*@/s, '://');
  }
}

function isPlain(value: string): boolean {
  return value !== '' && !value.startsWith('-') && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value);
}

function readUrl(value: string): RepositoryUrl | undefined {
  if (!/^[a-z]+:\/\//i.test(value) || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return readHttp(url);
  if (url.protocol === 'ssh:') return readSsh(url);
  if (url.protocol === 'file:' && url.hostname === '') return local(fileURLToPath(url.href));
  return undefined;
}

function readHttp(url: URL): RepositoryUrl {
  const username = decode(url.username);
  const token = decode(url.password);
  const plain = `${url.origin}${url.pathname}`;
  // GitHub also takes the token as the name, with nothing or `x-oauth-basic` as its password.
  const named = isToken(username) || (username.length >= 32 && !token);
  return {
    kind: 'https',
    url: plain,
    display: plain,
    username: named ? '' : username,
    token: named ? username : token,
  };
}

/** ssh takes no password from an address, so one that stands there is dropped. */
function readSsh(url: URL): RepositoryUrl | undefined {
  if (!isSafeName(url.hostname) || (url.username && !isSafeName(url.username))) return undefined;
  const user = url.username ? `${url.username}@` : '';
  const place = `${url.host}${url.pathname}`;
  return { kind: 'ssh', url: `ssh://${user}${place}`, display: `ssh://${place}`, username: '', token: '' };
}

/** What git takes for `host:path` of ssh: a colon before the first slash. A single letter is a drive of Windows. */
function readScp(value: string): RepositoryUrl | undefined {
  const match = /^(?:([^@/\\:]+)@)?(\[[\da-f:.]+\]|[^@/\\:[\]]{2,}):([^:-].*)$/i.exec(value);
  const [, user, host = '', path = ''] = match ?? [];
  if ((user !== undefined && !isSafeName(user)) || !isSafeName(host) || path.startsWith('//')) return undefined;
  return { kind: 'ssh', url: value, display: value, username: '', token: '' };
}

function readPath(value: string, base: string): RepositoryUrl | undefined {
  if (/^~(?:[\\/]|$)/.test(value)) return local(resolve(homedir(), `./${value.slice(1)}`));
  const isPath = /^[^/\\:]*(?:[\\/]|$)|^[a-z]:[\\/]/i.test(value);
  return isPath ? local(resolve(base, value)) : undefined;
}

function local(path: string): RepositoryUrl {
  return { kind: 'local', url: path, display: path, username: '', token: '' };
}

/** A name that starts with `-` would be an option of ssh (CVE-2017-1000117). */
function isSafeName(name: string): boolean {
  return /^(?:\w[\w.+-]*|\[[\da-f:.]+\])$/i.test(name);
}

export function isLoopback(hostname: string): boolean {
  return hostname === '[::1]' || /^(?:.+\.)?localhost$|^127(?:\.\d+){3}$/.test(hostname);
}

/** The prefixes by which GitHub and GitLab mark their tokens. */
function isToken(name: string): boolean {
  return /^(?:gh[opsur]_|github_pat_|gl[a-z]+-)/.test(name);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const branchRules: readonly [breaks: RegExp, rule: string][] = [
  [/^-/, 'it must not start with “-”'],
  [/[\p{Cc} ~^:?*[\\]/u, 'it must not hold a space, a control character or one of ~ ^ : ? * [ \\'],
  [/\.\.|@\{|\/\/|^@$|^HEAD$/, 'it must not hold “..”, “@{” or “//”, nor be “@” or “HEAD”'],
  [/^\/|\/$|\.$/, 'it must not start with “/”, nor end with “/” or “.”'],
  [/(?:^|\/)\.|\.lock(?:\/|$)/, 'no part of it may start with “.” or end with “.lock”'],
];

/**
 * Throws InvalidName for what cannot be a branch or tag by the rules of git-check-ref-format(1); empty means the default
 * branch. Legal but odd ones such as `$(id)` or `a;b` pass: no shell ever sees them.
 */
export function checkBranch(name: string): void {
  const broken = branchRules.find(([breaks]) => breaks.test(name));
  if (broken) throw fail('InvalidName', 'The branch', name, broken[1]);
}
