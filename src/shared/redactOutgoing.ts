import { redact } from './redact.ts';

/** Words by which people name what is secret. */
const secretWords =
  'passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|encryption[_-]?key|signing[_-]?key|credential|connection[_-]?string|(?<![a-z])dsn(?![a-z])|(?<![a-z])auth(?![a-z])';

/** Bounded everywhere: a text from outside must not be able to make this slow. */
const secretName = `(?<![\\w.-])[\\w.-]{0,40}(?:${secretWords})[\\w-]{0,40}`;
const sign = '\\\\?["\'`]?[ \\t]{0,8}(?::=|=>|[:=])[ \\t]{0,8}';
const quotedValue = '(\\\\?["\'`])((?:(?!\\2)(?:\\\\.|[^\\\\\\n])){1,4000})\\2';
const bareValue = '([^\\s"\'`,;)}\\]]{1,4000})';

/**
 * `NAME = value` where the name says that the value is secret. Source code names such things all the time, so this
 * would hide too much in our own logs; for what leaves the computer a word too many is better than one too few.
 */
const assignment = new RegExp(`(${secretName}${sign})(?:${quotedValue}|${bareValue})`, 'gi');
const flag = new RegExp(`(--[\\w-]{0,40}(?:${secretWords})[\\w-]{0,40} )(?!-)[^\\s"'\`]{1,4000}`, 'gi');
const word = /[A-Za-z0-9+/_=-]{20,}/g;

/** True for text in which a value that is only known by its name may stand. */
export const mayNameSecret = new RegExp(`${secretWords}|authorization|x-amz-`, 'i');

/** The text as it may leave this computer: beside all of `redact`, what is only likely to be a secret is gone as well. */
export function redactOutgoing(text: string, known: readonly string[] = []): string {
  return redact(text, known)
    .replace(assignment, withoutValue)
    .replace(flag, '$1***')
    .replace(word, (found) => (isGenerated(found) ? '***' : found));
}

function withoutValue(whole: string, name: string, quote = '', quoted = '', bare = ''): string {
  if (isNoSecret(name, quoted, bare)) return whole;
  return `${name}${quote}***${quote}`;
}

/** What stands in the place of a value without being one: a type, a reference, nothing. */
const noValue =
  /^(?:\*{3}|\$|\{|\[|<|\(|arn:aws|(?:string|number|boolean|any|true|false|null|none|undefined|nil|required|missing|invalid)(?![\w-]))/i;

function isNoSecret(name: string, quoted: string, bare: string): boolean {
  if (noValue.test(quoted || bare)) return true;
  // `token: request.headers.token`, `password = readPassword()`
  const isCode = /[([]/.test(bare) || /^[a-z_$][\w$]*(?:\.[a-z_$][\w$]*)+$/i.test(bare);
  // “unable to pull secrets or registry auth: execution resource retrieval failed”
  const isProse = /: $/.test(name) && /^[a-z]+[.:]?$/i.test(bare) && !/pass|pwd/i.test(name);
  return isCode || isProse;
}

/** A word that comes from a generator of keys and not from a person. */
function isGenerated(text: string): boolean {
  if (!/\d/.test(text) || !/[a-z]/.test(text) || !/[A-Z]/.test(text)) return false;
  // Parts of a path, or words that are joined by - or _, make a name.
  const isName = text.split(/[/=+_-]+/).some((part) => /^[a-z]{4,}$/.test(part));
  return !isName && changesOfKind(text) >= 0.4;
}

/** The share of neighbours of different kinds: about 0.6 in random base64, 0.3 in CamelCase. */
function changesOfKind(text: string): number {
  const kinds = Array.from(text, kindOf);
  return kinds.filter((kind, at) => at > 0 && kind !== kinds[at - 1]).length / (kinds.length - 1);
}

function kindOf(sign: string): string {
  if (sign >= 'a' && sign <= 'z') return 'small';
  if (sign >= 'A' && sign <= 'Z') return 'capital';
  return sign >= '0' && sign <= '9' ? 'digit' : 'sign';
}
