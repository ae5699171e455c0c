import { stripVTControlCharacters } from 'node:util';
import { type DeployError, fail } from '../shared/errors.ts';
import { redact } from '../shared/redact.ts';
import { displayUrl } from './gitUrl.ts';

/** Where each phase of a clone begins and ends, as a fraction of the whole. */
const phases: Readonly<Record<string, readonly [from: number, to: number, of: string]>> = {
  'Receiving objects': [0, 0.7, 'objects'],
  'Resolving deltas': [0.7, 0.9, 'deltas'],
  'Updating files': [0.9, 1, 'files'],
  'Filtering content': [0.9, 1, 'large files'],
};

/** How far a clone is by one line of `git clone --progress`; undefined when the line is about something else. */
export function readProgress(line: string): { fraction: number; detail: string } | undefined {
  const [, phase = '', done = '', total = ''] = /^([A-Z][a-z]+ [a-z]+):\s+\d+% \((\d+)\/(\d+)\)/.exec(line) ?? [];
  const range = phases[phase];
  if (!range) return undefined;
  const [from, to, of] = range;
  const fraction = Number(total) > 0 ? Number(done) / Number(total) : 1;
  return { fraction: from + (to - from) * fraction, detail: `${grouped(done)} of ${grouped(total)} ${of}` };
}

function grouped(digits: string): string {
  return Number(digits).toLocaleString('en-US');
}

/**
 * Puts pieces of text together to lines, cleaned of control sequences: a remote may send any.
 * `final` is false for a line that git will write over.
 */
export function lineReader(onLine: (line: string, final: boolean) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const parts = (rest + text).split(/(\r\n|\r|\n)/);
    rest = parts.pop() ?? '';
    for (let index = 0; index < parts.length; index += 2) {
      const line = clean(parts[index] ?? '');
      if (line) onLine(line, parts[index + 1] !== '\r');
    }
  };
}

export function clean(line: string): string {
  return stripVTControlCharacters(line)
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim();
}

export interface CloneSubject {
  /** The address for sentences. */
  url: string;
  branch: string;
  directory: string;
  /** What must not be in a text, whatever the remote says. */
  secrets: readonly string[];
}

export interface CloneFailure {
  error: DeployError;
  /** True when another try may well succeed. */
  passing: boolean;
}

interface Signature {
  says: RegExp;
  failure(subject: CloneSubject, detail: string): DeployError;
  passing?: boolean;
}

/** What git and ssh say (in the C locale) and what it means. The first that fits counts; local causes come first. */
const signatures: readonly Signature[] = [
  {
    says: /No space left on device|Disk quota exceeded/,
    failure: ({ directory }) => fail('DiskFull', directory),
  },
  {
    says: /Remote branch .* not found in upstream/,
    failure: ({ branch, url }) => fail('BranchNotFound', branch, url),
  },
  {
    says: /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/,
    failure: ({ url }, detail) => fail('GitHostUnknown', url, detail),
  },
  {
    says: /could not read (?:Username|Password)|Authentication failed|error: 40[13]\b|Permission denied \(|Access denied/,
    failure: ({ url }, detail) => fail('GitAuthenticationFailed', url, detail),
  },
  {
    says: /certificate|unable to get local issuer/i,
    failure: ({ url }, detail) => fail('GitCertificateRefused', url, detail),
  },
  {
    // A redirect that git does not follow comes after the login; then the address that was given is an old one.
    says: /repository '.*' (?:not found|does not exist)|Repository not found|not appear to be a git repository|is this a git repository|error: (?:404|410|30\d)\b/i,
    failure: ({ url }, detail) => fail('RepositoryNotFound', url, detail),
  },
  {
    says: /Operation too slow|timed? ?out/i,
    failure: ({ url }, detail) => fail('RepositoryUnreachable', url, detail),
  },
  {
    says: /Could not resolve|Failed to connect|Could ?n[o']t connect|Connection (?:refused|reset|closed|was reset)|Empty reply|early EOF|RPC failed|unexpected disconnect|hung up|error: (?:429|5\d\d)\b|unreachable|No route to host|Recv failure|Send failure|kex_exchange/i,
    failure: ({ url }, detail) => fail('RepositoryUnreachable', url, detail),
    passing: true,
  },
];

/** The failure that git's own words stand for; `said` is all that it wrote on stderr. Pure. */
export function readCloneFailure(said: string, subject: CloneSubject): CloneFailure {
  const lines = tellingLines(said, subject.secrets);
  const submodule = /clone of '([^']+)' into submodule path/.exec(lines.join('\n'))?.[1];
  const about = submodule ? { ...subject, url: displayUrl(submodule) } : subject;
  // The remote's own words are shown, but do not decide.
  const own = lines.filter((line) => !line.startsWith('remote:')).join('\n');
  const known = signatures.find(({ says }) => says.test(own));
  const detail = lines.slice(-12).join('\n');
  return { error: known?.failure(about, detail) ?? fail('GitFailed', detail), passing: known?.passing ?? false };
}

function tellingLines(said: string, secrets: readonly string[]): string[] {
  const lines = redact(said, secrets)
    .split(/[\r\n]+/)
    .map(clean);
  return lines.filter((line) => line && !/^Cloning into |^(?:remote: )?\w+ \w+:\s+\d+%/.test(line));
}
