import type { DeployEvent } from '../../src/shared/events.ts';
import { applyEvent, type Progress } from '../../src/shared/progress.ts';

/**
 * The story of a deployment as text that is the same in every run: what differs from run to run (ids, times, digests,
 * ports, folders) is smoothed. Log lines, how often progress was told, and measures belong to the tools, and are left out.
 */
export function transcript(events: DeployEvent[], names: Record<string, string>): string {
  const ofTools: DeployEvent['type'][] = ['log', 'step-progress', 'stage', 'measured'];
  const lines = events.filter((event) => !ofTools.includes(event.type)).map(asLine);
  return `${smooth(lines.join('\n'), names)}\n`;
}

function asLine(event: DeployEvent): string {
  const { deploymentId, at, type, ...facts } = event;
  const details = Object.entries(facts).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [type, ...details].join('  ');
}

/** `names` are literal texts and what to write instead. */
function smooth(text: string, names: Record<string, string>): string {
  const named = Object.entries(names).reduce((all, [from, to]) => all.replaceAll(from, to), text);
  return named
    .replace(/sha256:[0-9a-f]+/g, 'sha256:<digest>')
    .replace(/ecs-svc\/\d+/g, 'ecs-svc/<id>')
    .replace(/(127\.0\.0\.1|localhost):\d+/g, '$1:<port>')
    .replace(/(<project>-)[0-9a-f]{12}-[0-9a-f]{8}/g, '$1<commit>-<fingerprint>')
    .replace(/\b[0-9a-f]{7} (?=[A-Z])/g, '<commit> ')
    .replace(/\b[0-9a-f]{32}\b/g, '<task>')
    .replace(/\d+(\.\d+)? (B|kB|MB|KB)\b/g, '<size>');
}

/** What the bar showed, event by event: percent of the whole. */
export function percents(events: DeployEvent[]): number[] {
  let progress: Progress | undefined;
  return events.map((event) => {
    progress = applyEvent(progress, event);
    return progress.percent;
  });
}
