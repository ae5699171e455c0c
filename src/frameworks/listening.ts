import type { EvidenceItem, SourceTree } from './framework.ts';
import { healthRouteIn } from './healthRoute.ts';
import { codeOf, evidenceAt } from './manifest.ts';

/** What sources say of the port that their server listens on. */
export interface Listening {
  /** Undefined where the app takes PORT and names no number of its own, or says nothing. */
  port: number | undefined;
  /** A route that is there to be asked, such as `/healthz`; empty where there is none. */
  healthPath: string;
  evidence: EvidenceItem[];
  warnings: string[];
}

/** How one language writes it. */
export interface ListeningPatterns {
  /** Each with the number as its first group; the first that is found counts. */
  numbers: readonly RegExp[];
  /** Takes the variable PORT. */
  environment?: RegExp;
  /** Reachable from inside the container only. */
  local?: RegExp;
  /** What a comment is, so that one which names a port is not believed. */
  comment?: RegExp;
  /** How a route is written, where it is no call of a method. */
  routes?: readonly RegExp[];
}

/** Asks the files in their order; the first one that says something counts. */
export async function listeningIn(
  source: SourceTree,
  files: readonly string[],
  patterns: ListeningPatterns,
): Promise<Listening> {
  const { healthPath, evidence } = await healthRouteIn(source, files, patterns.routes, patterns.comment);
  for (const file of files) {
    const found = readListening(file, (await source.read(file)) ?? '', patterns);
    if (found) return { ...found, healthPath, evidence: [...found.evidence, ...evidence] };
  }
  return { port: undefined, healthPath, evidence, warnings: [] };
}

function readListening(
  file: string,
  raw: string,
  patterns: ListeningPatterns,
): Omit<Listening, 'healthPath'> | undefined {
  const { numbers, environment, local, comment } = patterns;
  const text = codeOf(raw, comment);
  const warnings = local?.test(text)
    ? [`${file} listens on localhost only, which nothing outside its container reaches.`]
    : [];
  for (const pattern of numbers) {
    const match = pattern.exec(text);
    const port = validPort(match?.[1]);
    if (match && port) return { port, evidence: [evidenceAt(file, text, match[0], `listens on ${port}`)], warnings };
  }
  const taken = environment?.exec(text)?.[0];
  if (taken) return { port: undefined, evidence: [evidenceAt(file, text, taken, 'listens on PORT')], warnings };
  return warnings.length > 0 ? { port: undefined, evidence: [], warnings } : undefined;
}

export function validPort(text: string | undefined): number | undefined {
  const port = Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}
