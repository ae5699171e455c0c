import type { EvidenceItem, SourceTree } from '../framework.ts';
import { evidenceAt } from '../manifest.ts';
import { withoutComments } from './project.ts';

export interface Listening {
  /** Undefined where the app takes PORT and names no number of its own. */
  port: number | undefined;
  /** A route such as `/healthz`; empty where there is none. */
  healthPath: string;
  evidence: EvidenceItem[];
  warnings: string[];
}

/** Where the number of the port stands. With PORT the app follows what the container is told; the number is its default. */
const numbers: readonly RegExp[] = [
  /\benv\??(?:\.PORT\b|\[['"]PORT['"]\])\s*\)?\s*(?:\|\||\?\?)\s*(?:Number\(|parseInt\()?["'`]?(\d{2,5})\b/,
  /\.listen\(\s*(\d{2,5})\b/,
  /\.listen\(\s*\{[^}]*?\bport\s*:\s*(\d{2,5})\b/,
  /\bserve\(\s*\{[^}]*?\bport\s*:\s*(\d{2,5})\b/,
  /\b(?:const|let|var)\s+port\s*=\s*(\d{2,5})\b/i,
];
const fromEnvironment = /\benv\??(?:\.PORT\b|\[['"]PORT['"]\])|\{[^}]*\bPORT\b[^}]*\}\s*=\s*process\.env/;
/** Reachable from inside the container only. */
const localOnly = /\.listen\([^)]*['"`](?:127\.0\.0\.1|localhost|::1)['"`]/;
/** Fastify listens on localhost unless it is told otherwise, see "listen" in its reference. */
const fastifyLocal = /\.listen\(\s*\{(?![^}]*\bhost(?:name)?\b)[^}]*\}/;
const healthRoute =
  /\.(?:get|all|use|route)\(\s*['"`](\/(?:api\/)?(?:healthz?|health-?check|livez|readyz|up|ping))['"`]/;

/** What the sources say of the port; `undefined` where they say nothing. */
export async function listeningPort(source: SourceTree, command: string): Promise<Listening | undefined> {
  const flag = /(?:^|\s)(?:-p|--port)[ =](\d{2,5})\b/.exec(command)?.[1];
  if (flag) {
    const says = `the start command names port ${flag}`;
    return { port: Number(flag), healthPath: '', evidence: [{ file: 'package.json', says }], warnings: [] };
  }
  for (const file of await candidates(source, command)) {
    const text = withoutComments((await source.read(file)) ?? '');
    const found = readPort(file, text);
    if (found) return found;
  }
  return undefined;
}

export function readPort(file: string, text: string): Listening | undefined {
  const local = localOnly.test(text) || (/\bfastify\(/i.test(text) && fastifyLocal.test(text));
  const healthPath = healthRoute.exec(text)?.[1] ?? '';
  const warnings = local ? [`${file} listens on localhost only, which nothing outside its container reaches.`] : [];
  for (const pattern of numbers) {
    const match = pattern.exec(text);
    const port = Number(match?.[1]);
    if (!match || !(port > 0 && port < 65_536)) continue;
    return { port, healthPath, evidence: [evidenceAt(file, text, match[0], `listens on ${port}`)], warnings };
  }
  const environment = fromEnvironment.exec(text)?.[0];
  if (!environment) return local ? { port: undefined, healthPath, evidence: [], warnings } : undefined;
  return { port: undefined, healthPath, evidence: [evidenceAt(file, text, environment, 'listens on PORT')], warnings };
}

/** The file that is started, what it was compiled from, and the places where servers usually are. */
async function candidates(source: SourceTree, command: string): Promise<string[]> {
  const started =
    /\b(?:node|tsx|ts-node|bun|bun run)\s+(?:--?\S+\s+)*([\w./-]+)/.exec(command)?.[1]?.replace(/^\.\//, '') ?? '';
  const origin = started.replace(/^(?:dist|build|out|lib)\//, 'src/').replace(/\.[cm]?[jt]s$/, '');
  const names = ['server', 'index', 'app', 'main', 'src/server', 'src/index', 'src/app', 'src/main'];
  const files = [started, `${started}.js`];
  for (const name of [origin, ...names]) {
    for (const ending of ['js', 'ts', 'mjs', 'cjs', 'mts']) files.push(`${name}.${ending}`);
  }
  const there = new Set(await source.files());
  return [...new Set(files)].filter((file) => there.has(file));
}
