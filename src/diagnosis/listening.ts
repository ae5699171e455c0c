import type { Certainty } from '../shared/cause.ts';
import type { Reading } from './rule.ts';

/** The rows of this file: another port than the service's, and an address that only the container reaches. */
const portCode = 'L1';
export const loopbackCode = 'L2';

interface Address {
  /** Empty where the line names only a port. */
  host: string;
  port: number;
  line: string;
}

const speaksOfListening =
  /\b(?:listen(?:ing|s)?|running|started|ready|serving|server|local|loopback|network|bound|booted|available)\b/i;
/** Lines about other addresses than the app's own. */
const speaksOfOthers =
  /debugger|inspector|devtools|metrics|connect|postgres|mysql|mongo|redis|rabbit|kafka|proxy(?:ing)? to|error/i;

const url = /\b(?:https?|tcp):\/\/(\[[0-9a-f:.]+\]|[\w.*-]+):(\d{2,5})\b/gi;
const hostAndPort = /(?:^|[\s(=])(\[[0-9a-f:.]*\]|\*|localhost|(?:\d{1,3}\.){3}\d{1,3}|):(\d{2,5})\b/gi;
const portAlone = /\b(?:port(?:\(s\))?|listen(?:ing|s)?(?: on| at)?)(?: number)?()[\s:=]+(\d{2,5})\b/gi;
/** Vite says so where it listens on localhost only. */
const viteLoopback = /use --host to expose/i;

/**
 * What the log tells about where the app listens, when that is not where the service asks: another port than `port`,
 * or an address that only the container itself reaches. Undefined when it says nothing of the kind.
 */
export function readListening(lines: readonly string[], port: number | undefined): Reading | undefined {
  const addresses = lines.flatMap(addressesIn);
  const last = addresses.at(-1);
  if (!last) return undefined;
  const shown = [
    ...new Set([...addresses.map((each) => each.line), ...lines.filter((line) => viteLoopback.test(line))]),
  ];
  const loopback = loopbackOnly(addresses, lines);
  if (port !== undefined && !addresses.some((each) => each.port === port))
    return otherPort(last, port, loopback, shown);
  return loopback ? onlyLoopback(loopback, lines, shown) : undefined;
}

function addressesIn(line: string): Address[] {
  if (!speaksOfListening.test(line) || speaksOfOthers.test(line)) return [];
  for (const pattern of [url, hostAndPort, portAlone]) {
    const found = [...line.matchAll(pattern)].map(([, host = '', port]) => ({ host, port: Number(port), line }));
    if (found.length > 0) return found;
  }
  return [];
}

/**
 * `127.0.0.1` is what the app bound. `localhost` may be just a friendly link: Express examples and Next.js print it
 * while they listen on every address, so it alone proves nothing unless Vite says it in words.
 */
function loopbackOnly(
  addresses: Address[],
  lines: readonly string[],
): { host: string; certainty: Certainty } | undefined {
  if (addresses.some(({ host }) => !isLoopback(host))) return undefined;
  const bound = addresses.find(({ host }) => host.toLowerCase() !== 'localhost');
  return {
    host: bound?.host ?? 'localhost',
    certainty: bound !== undefined || lines.some((line) => viteLoopback.test(line)) ? 'certain' : 'possible',
  };
}

function isLoopback(host: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|\[::ffff:127\.[\d.]+\])$/i.test(host);
}

function otherPort(last: Address, port: number, loopback: { host: string } | undefined, lines: string[]): Reading {
  const where = loopback ? `${last.host}:${last.port}, which only the container itself reaches` : `port ${last.port}`;
  const address = loopback ? ' of 0.0.0.0' : '';
  return {
    code: portCode,
    cause: `the app listens on ${where}, but the service expects it on port ${port}.`,
    remedy: `Let the app listen on port ${port}${address} (most read the environment variable PORT), or set the port of the project to ${last.port}${loopback ? ' and let the app listen on 0.0.0.0' : ''}.`,
    certainty: 'certain',
    lines,
    offer: { action: 'set-port', parameters: { port: last.port } },
  };
}

function onlyLoopback(
  { host, certainty }: { host: string; certainty: Certainty },
  lines: readonly string[],
  shown: string[],
): Reading {
  return {
    code: loopbackCode,
    cause: `the app ${certainty === 'certain' ? 'listens' : 'seems to listen'} on ${host} only, so nothing outside the container reaches it.`,
    remedy: `Let it listen on 0.0.0.0${howTo(lines)}.`,
    certainty,
    lines: shown,
  };
}

const options: readonly [server: RegExp, option: string][] = [
  [/vite|use --host/i, 'vite --host 0.0.0.0'],
  [/uvicorn/i, 'uvicorn --host 0.0.0.0'],
  [/gunicorn/i, 'gunicorn --bind 0.0.0.0:$PORT'],
  [/werkzeug|flask/i, 'flask run --host 0.0.0.0'],
  [/django|Starting development server at/i, 'manage.py runserver 0.0.0.0:$PORT'],
  [/puma|rails/i, 'rails server -b 0.0.0.0'],
  [/next(?:\.js|\b)/i, 'next start -H 0.0.0.0'],
  [/angular/i, 'ng serve --host 0.0.0.0'],
];

function howTo(lines: readonly string[]): string {
  const known = options.find(([server]) => lines.some((line) => server.test(line)));
  return known ? `: \`${known[1]}\`` : ' instead of that address; many apps read it from the environment variable HOST';
}
