import { fields, numberOf, textOf, timeOf } from './protobuf.ts';

/**
 * BuildKit's trace, as it stands in the items `moby.buildkit.trace` of a build's answer: a StatusResponse of
 * moby/buildkit api/services/control/control.proto in base64. Decoded by hand, because dockerode's own reading
 * needs a .proto file on disk and leaves the output of RUN in base64.
 */
export interface Trace {
  vertexes: Vertex[];
  logs: { vertex: string; text: string }[];
  /** What goes on inside a vertex, such as a download; `total` 0 where it is not known. */
  statuses: {
    vertex: string;
    id: string;
    current: number;
    total: number;
    completed: boolean;
  }[];
  warnings: string[];
}

/** One node of the build's graph: an instruction of the Dockerfile or something internal. */
export interface Vertex {
  digest: string;
  name: string;
  cached: boolean;
  started: boolean;
  completed: boolean;
  /** Seconds since 1970, once it has started and ended. */
  startedAt: number;
  completedAt: number;
  /** Seconds between start and end, once both are known. */
  seconds: number;
  error: string;
}

/** Throws RangeError when the bytes are no such message. */
export function decodeTrace(base64: string): Trace {
  const trace: Trace = { vertexes: [], logs: [], statuses: [], warnings: [] };
  for (const { field, bytes } of fields(Buffer.from(base64, 'base64'))) {
    if (field === 1) trace.vertexes.push(decodeVertex(bytes));
    if (field === 2) trace.statuses.push(decodeStatus(bytes));
    if (field === 3) trace.logs.push(decodeLog(bytes));
    if (field === 4) trace.warnings.push(textOf(bytes, 3));
  }
  return trace;
}

function decodeVertex(bytes: Buffer): Vertex {
  const started = timeOf(bytes, 5);
  const completed = timeOf(bytes, 6);
  return {
    digest: textOf(bytes, 1),
    name: textOf(bytes, 3),
    cached: numberOf(bytes, 4) === 1,
    started: started !== undefined,
    completed: completed !== undefined,
    startedAt: started ?? 0,
    completedAt: completed ?? 0,
    seconds: started !== undefined && completed !== undefined ? completed - started : 0,
    error: textOf(bytes, 7),
  };
}

function decodeStatus(bytes: Buffer): Trace['statuses'][number] {
  return {
    vertex: textOf(bytes, 2),
    id: textOf(bytes, 1),
    current: numberOf(bytes, 4),
    total: numberOf(bytes, 5),
    completed: timeOf(bytes, 8) !== undefined,
  };
}

function decodeLog(bytes: Buffer): Trace['logs'][number] {
  return { vertex: textOf(bytes, 1), text: textOf(bytes, 4) };
}
