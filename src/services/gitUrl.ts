import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail } from '../shared/errors.ts';

export interface RepositoryUrl {
  kind: 'https' | 'ssh' | 'local';
  /** What git is given, and what is stored: without user and password. For `local` an absolute path. */
  url: string;
  /** A token or password that stood in the URL; it goes on as a credential, never in the URL. */
  token?: string;
}

const scpLike = /^(?:[A-Za-z0-9._-]+@)?[A-Za-z0-9][A-Za-z0-9.-]*:(?!\/\/)[^:]/;

/**
 * The addresses that we open: https, ssh, `user@host:path`, and folders of this computer. Everything else is refused,
 * above all what git would take for an option or a command (`--upload-pack=…`, `ext::…`).
 * @throws DeployError RepositoryUrlRefused
 */
export function parseRepositoryUrl(text: string): RepositoryUrl {
  if (!text || text.startsWith('-') || /\p{Cc}/u.test(text) || /^[a-z][\w+.-]*::/i.test(text)) throw refused(text);
  if (/^(https?|ssh|file):\/\//i.test(text)) return fromUrl(text);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) throw refused(text);
  const looksLocal = /^(\.{1,2}$|\.{0,2}[/\\]|~[/\\]|[A-Za-z]:[/\\])/.test(text);
  if (!looksLocal && scpLike.test(text)) return { kind: 'ssh', url: text };
  return { kind: 'local', url: path.resolve(text.replace(/^~(?=[/\\])/, homedir())) };
}

function fromUrl(text: string): RepositoryUrl {
  const url = URL.parse(text);
  if (!url || url.hostname.startsWith('-')) throw refused(text);
  if (url.protocol === 'file:') return { kind: 'local', url: filePath(url, text) };
  if (!url.hostname) throw refused(text);
  if (url.protocol === 'ssh:') return { kind: 'ssh', url: withoutPassword(url) };
  if (url.protocol === 'http:' && !isThisComputer(url.hostname)) throw refused(text);
  const token = decodeURIComponent(url.password || url.username);
  url.username = '';
  url.password = '';
  return { kind: 'https', url: url.href, ...(token && { token }) };
}

function filePath(url: URL, text: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    throw refused(text);
  }
}

function withoutPassword(url: URL): string {
  url.password = '';
  return url.href;
}

function isThisComputer(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}

function refused(text: string) {
  return fail('RepositoryUrlRefused', text);
}

/**
 * The rules of git-check-ref-format(1), and no leading `-`. What they allow (`a;b`, `$(id)`) is safe here,
 * because no shell ever sees it.
 * @throws DeployError InvalidName
 */
export function checkBranch(name: string): string {
  const rule = forbiddenInBranch.find(([pattern]) => pattern.test(name));
  if (rule) throw fail('InvalidName', 'The branch', name, rule[1]);
  return name;
}

const forbiddenInBranch: readonly [RegExp, string][] = [
  [/^-/, 'it may not begin with `-`'],
  [/^$|^@$/, 'it needs a name'],
  [/[\p{Cc} ~^:?*[\\]/u, 'it may not hold blanks, control characters or any of ~ ^ : ? * [ \\'],
  [/\.\.|@\{|\/\/|^\/|\/$|\.$/, 'it may not hold `..`, `@{` or `//`, nor begin or end with `/`, nor end with `.`'],
  [/(^|\/)\.|\.lock(\/|$)/, 'no part of it may begin with `.` or end with `.lock`'],
];
