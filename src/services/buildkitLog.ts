import type { Stage } from '../shared/events.ts';
import type { Hooks } from '../shared/hooks.ts';
import { decodeTrace, type Trace, type Vertex } from './buildkit.ts';
import { type BuildLog, familiarName, lineSplitter, tellingLines } from './buildLog.ts';
import { bytesText, type DockerItem } from './dockerStream.ts';
import { withoutSourceFolder } from './sentFiles.ts';

/** A vertex and what it wrote, under the number that `docker build --progress=plain` would give it. */
interface Entry {
  number: number;
  vertex: Vertex;
  lines: string[];
  output: ReturnType<typeof lineSplitter>;
  concluded: boolean;
  /** When it was told, in milliseconds since 1970, if an earlier build had done it: its own times are of that one then. */
  reusedAt: number | undefined;
  /** Bytes by download. */
  transfers: Map<string, { current: number; total: number }>;
}

/**
 * Reads the answer of BuildKit: log lines as people know them, and progress as instructions done of those known.
 * All instructions are known as soon as the Dockerfile has been read; before, nothing is counted.
 */
export function buildkitLog(hooks: Pick<Hooks, 'log' | 'progress'>): BuildLog {
  const entries = new Map<string, Entry>();
  const begun = Date.now();
  return {
    take: (item) => {
      if (item.id !== 'moby.buildkit.trace') return takePlain(item, hooks);
      const trace = familiarTrace(decodeTrace(String(item.aux)));
      for (const vertex of trace.vertexes) announce(entries, vertex, begun, hooks);
      takeOutput(entries, trace);
      for (const vertex of trace.vertexes) conclude(entries, vertex, hooks);
      for (const warning of trace.warnings) hooks.log(`WARNING: ${warning}`);
      report(instructionsOf(entries), hooks);
    },
    stages: () => [...entries.values()].filter(({ vertex }) => vertex.completed && !vertex.error).map(stageOf),
    cached: () => instructionsOf(entries).every((entry) => entry.vertex.cached || isFrom(entry.vertex)),
    failing: () => {
      const failed = [...entries.values()].filter((entry) => entry.vertex.error);
      // What ran beside the failing instruction ends with "context canceled".
      const entry = failed.find(({ vertex }) => !/context cancel+ed/.test(vertex.error)) ?? failed[0];
      if (!entry) return { instruction: '', lines: [], image: '' };
      const instruction = isInstruction(entry.vertex) ? textOf(entry.vertex) : '';
      return {
        instruction,
        lines: entry.lines,
        image: fetchedImage(entry.vertex),
      };
    },
  };
}

function familiarTrace(trace: Trace): Trace {
  const vertexes = trace.vertexes.map((vertex) => ({
    ...vertex,
    name: withoutSourceFolder(vertex.name),
    error: withoutSourceFolder(vertex.error),
  }));
  return { ...trace, vertexes };
}

function takePlain(item: DockerItem, hooks: Pick<Hooks, 'log'>): void {
  if (item.stream?.trim()) hooks.log(item.stream.trim());
}

function announce(entries: Map<string, Entry>, vertex: Vertex, begun: number, hooks: Pick<Hooks, 'log'>): void {
  const before = entries.get(vertex.digest);
  if (before) {
    const begins = vertex.started && !before.vertex.started;
    before.vertex = {
      ...vertex,
      cached: vertex.cached || before.vertex.cached,
    };
    if (begins) hooks.log(`#${before.number} ${vertex.name}`);
    return;
  }
  const number = entries.size + 1;
  const lines: string[] = [];
  const output = lineSplitter((line) => {
    lines.push(line);
    if (lines.length > tellingLines) lines.shift();
    hooks.log(`#${number} ${line}`);
  });
  entries.set(vertex.digest, {
    number,
    vertex,
    lines,
    output,
    concluded: false,
    reusedAt: vertex.completed && vertex.completedAt * 1000 < begun ? Date.now() : undefined,
    transfers: new Map(),
  });
  if (vertex.started) hooks.log(`#${number} ${vertex.name}`);
}

function takeOutput(entries: Map<string, Entry>, trace: Trace): void {
  for (const { vertex, text } of trace.logs) entries.get(vertex)?.output.add(text);
  for (const { vertex, id, current, total } of trace.statuses) {
    if (total > 0) entries.get(vertex)?.transfers.set(id, { current, total });
  }
}

/** The trace repeats a vertex that is done; its end is said once. */
function conclude(entries: Map<string, Entry>, vertex: Vertex, hooks: Pick<Hooks, 'log'>): void {
  const entry = entries.get(vertex.digest);
  if (!entry || !vertex.completed || entry.concluded) return;
  entry.concluded = true;
  entry.output.end();
  if (vertex.error) hooks.log(`#${entry.number} ERROR: ${vertex.error}`);
  else hooks.log(`#${entry.number} ${vertex.cached ? 'CACHED' : `DONE ${vertex.seconds.toFixed(1)}s`}`);
}

function report(instructions: Entry[], hooks: Pick<Hooks, 'progress'>): void {
  if (instructions.length === 0) return;
  const done = instructions.filter((entry) => entry.vertex.completed).length;
  const running = instructions.find((entry) => entry.vertex.started && !entry.vertex.completed);
  const { current, total } = transferred(running);
  const part = total > 0 ? Math.min(1, current / total) : 0;
  // One more than the instructions: writing the image.
  const fraction = (done + part) / (instructions.length + 1);
  const amount = total > 0 ? ` (${bytesText(current, total)})` : '';
  const detail = running ? `step ${done + 1} of ${instructions.length}: ${textOf(running.vertex)}${amount}` : '';
  hooks.progress(fraction, detail || (done === instructions.length ? 'writing the image' : 'preparing'));
}

/** Named as in the log, with the stage of the Dockerfile in front where it has one: `[build 2/4] RUN npm ci`. */
function stageOf(entry: Entry): Stage {
  const { name, startedAt, completedAt } = entry.vertex;
  const { reusedAt } = entry;
  const cached = entry.vertex.cached || reusedAt !== undefined;
  const bytes = transferred(entry).total;
  return {
    name: familiarName(name).replace(/\s+/g, ' '),
    startedAt: reusedAt ?? Math.round(startedAt * 1000),
    endedAt: reusedAt ?? Math.round(completedAt * 1000),
    ...(cached && { cached }),
    ...(bytes > 0 && { bytes }),
  };
}

function transferred(entry: Entry | undefined): {
  current: number;
  total: number;
} {
  const all = [...(entry?.transfers.values() ?? [])];
  const sum = (key: 'current' | 'total') => all.reduce((bytes, transfer) => bytes + transfer[key], 0);
  return { current: sum('current'), total: sum('total') };
}

function instructionsOf(entries: Map<string, Entry>): Entry[] {
  return [...entries.values()].filter((entry) => isInstruction(entry.vertex));
}

/** `[2/4] RUN …` or `[build 2/4] RUN …`; what BuildKit does besides is named `[internal] …` or without brackets. */
function isInstruction(vertex: Vertex): boolean {
  return /^\[(?:\S+ +)*\d+\/\d+\] /.test(vertex.name);
}

function isFrom(vertex: Vertex): boolean {
  return textOf(vertex).startsWith('FROM ');
}

function textOf(vertex: Vertex): string {
  return familiarName(vertex.name.replace(/^\[[^\]]*\] /, ''));
}

function fetchedImage(vertex: Vertex): string {
  const named = /(?:load metadata for|resolve image config for|FROM) (\S+)/.exec(vertex.name);
  return familiarName(named?.[1] ?? '').replace(/@sha256:.*$/, '');
}
