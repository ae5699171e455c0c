import type { SourceTree } from '../framework.ts';
import { type Listening, listeningIn } from '../listening.ts';
import { comments } from './project.ts';

/** With PORT the app follows what the container is told; the number is its default. What may be long is bounded, so that no file takes long. */
const patterns = {
  numbers: [
    /\benv\??(?:\.PORT\b|\[['"]PORT['"]\])\s*\)?\s*(?:\|\||\?\?)\s*(?:Number\(|parseInt\()?["'`]?(\d{2,5})\b/,
    /\benv\.get\(\s*['"`]PORT['"`]\s*\)\s*\)?\s*(?:\|\||\?\?)\s*["'`]?(\d{2,5})\b/,
    /\.listen\(\s*(\d{2,5})\b/,
    /\.listen\(\s*\{[^}]{0,300}?\bport\s*:\s*(\d{2,5})\b/,
    /\bserve\(\s*\{[^}]{0,300}?\bport\s*:\s*(\d{2,5})\b/,
    /\b(?:const|let|var)\s+port\s*=\s*(\d{2,5})\b/i,
  ],
  environment:
    /\benv\??(?:\.PORT\b|\[['"]PORT['"]\]|\.get\(\s*['"`]PORT['"`])|\{[^{}]{0,200}\bPORT\b[^{}]{0,200}\}\s*=\s*process\.env/,
  // Fastify listens on localhost unless it is told otherwise, see "listen" in its reference.
  local:
    /\.listen\([^)]{0,300}['"`](?:127\.0\.0\.1|localhost|::1)['"`]|\bfastify\([\s\S]{0,5000}?\.listen\(\s*\{(?![^}]{0,300}\bhost)[^}]{0,300}\}/i,
  comment: comments,
};

/** What the start command and the sources say of the port. */
export async function listeningPort(source: SourceTree, command: string): Promise<Listening> {
  const flag = /(?:^|\s)(?:-p|--port)[ =](\d{2,5})\b/.exec(command)?.[1];
  if (!flag) return listeningIn(source, await candidates(source, command), patterns);
  const says = `the start command names port ${flag}`;
  return { port: Number(flag), healthPath: '', evidence: [{ file: 'package.json', says }], warnings: [] };
}

/** The file that is started, what it was compiled from, and the places where servers usually are. */
async function candidates(source: SourceTree, command: string): Promise<string[]> {
  const started = /\b(?:node|tsx|ts-node|bun|deno)\s+(?:run\s+)?(?:--?\S+\s+)*([\w./-]+)/.exec(command)?.[1] ?? '';
  const file = started.replace(/^\.\//, '');
  const origin = file.replace(/^(?:dist|build|out|lib)\//, 'src/').replace(/\.[cm]?[jt]s$/, '');
  const names = ['server', 'index', 'app', 'main', 'src/server', 'src/index', 'src/app', 'src/main'];
  const files = [file, `${file}.js`];
  // Beside the sources in `src` there are those that a build takes from the root.
  const root = origin.replace(/^src\//, '');
  for (const name of [origin, root, ...names]) {
    for (const ending of ['js', 'ts', 'mjs', 'cjs', 'mts']) files.push(`${name}.${ending}`);
  }
  const there = new Set(await source.files());
  return [...new Set(files)].filter((each) => there.has(each));
}
