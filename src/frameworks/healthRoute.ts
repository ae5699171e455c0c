import type { EvidenceItem, SourceTree } from './framework.ts';
import { codeOf, evidenceAt } from './manifest.ts';

/** A path that the app answers when it is well; empty where none was found. */
export interface HealthRoute {
  healthPath: string;
  evidence: EvidenceItem[];
}

/** What people call such a route. Not `ready` alone: that may wait for what the app only speaks to. */
const names =
  '(?:api/)?_{0,2}(?:healthz?(?:/live(?:ness)?)?|health[-_]?check|livez?|liveness|readyz|up|ping|heartbeat|hc)/?';
const mostFiles = 100;

/**
 * A route: what stands before its path, and, in a group named `on`, what it is added to. `slash` is how a path begins:
 * some frameworks write it without.
 */
export function routePattern(before: string, slash = '/'): RegExp {
  return new RegExp(`${before}(?<quote>['"\`])(?:GET )?(?<path>${slash}${names})\\k<quote>`, 'im');
}

/** `app.get('/healthz'`, `@app.route("/health")`, `mux.HandleFunc("GET /healthz"`, `.route("/health"`. */
export const methodCall = routePattern(
  String.raw`(?<on>\w{0,60})[)\]\s]{0,60}\.(?:get|all|use|route|handle(?:func)?|map(?:get|healthchecks)|usehealthchecks)\(\s*`,
);

/** Asks the files in their order; `comment` is what does not count in them. */
export async function healthRouteIn(
  source: SourceTree,
  files: readonly string[],
  patterns: readonly RegExp[] = [methodCall],
  comment?: RegExp,
): Promise<HealthRoute> {
  for (const file of files.slice(0, mostFiles)) {
    const found = readHealthRoute(file, (await source.read(file)) ?? '', patterns, comment);
    if (found) return found;
  }
  return { healthPath: '', evidence: [] };
}

export function readHealthRoute(
  file: string,
  raw: string,
  patterns: readonly RegExp[],
  comment?: RegExp,
): HealthRoute | undefined {
  const text = codeOf(raw, comment);
  for (const pattern of patterns) {
    const match = pattern.exec(text);
    const { path, on = '' } = match?.groups ?? {};
    if (!match || !path || isBelow(text, on)) continue;
    const healthPath = `/${path.replace(/^\//, '')}`;
    // What stands before may have come along to its line.
    const line = match[0].trim().split('\n').at(-1)?.trim() ?? '';
    return { healthPath, evidence: [evidenceAt(file, text, line, `answers health checks at ${healthPath}`)] };
  }
  return undefined;
}

/** Whether what a route is added to hangs below another path, so that its own is not the whole of it; or only asks others. */
function isBelow(text: string, on: string): boolean {
  if (!on || /^(?:axios|\w*client|request|agent)$/i.test(on)) return on !== '';
  const mounts = String.raw`\b(?:mount|use|nest|route|register|register_blueprint|include_router)\(\s*(?:['"\`]/[^'"\`]+['"\`]\s*,[^\n]*\b${on}\b|[^\n]*\b${on}\b[^\n]*prefix)`;
  const made = String.raw`\b${on}\b[^\n=]*=[^\n]*(?:\bGroup\(|Subrouter|PathPrefix|APIRouter|Blueprint|prefix|basePath)`;
  const given = String.raw`\b${on}:? \*?\w+\.(?:RouterGroup|Group)\b`;
  return new RegExp(`${mounts}|${made}|${given}`, 'i').test(text);
}
