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

interface Field {
  field: number;
  value: number;
  bytes: Buffer;
}

/** The wire format: https://protobuf.dev/programming-guides/encoding. Groups are not in use any more. */
function* fields(buffer: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = buffer.readUInt8(at++);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (at < buffer.length) {
    const key = varint();
    const field = Math.floor(key / 8);
    const kind = key % 8;
    const value = kind === 0 ? varint() : 0;
    const length = kind === 2 ? varint() : kind === 1 ? 8 : kind === 5 ? 4 : 0;
    if (at + length > buffer.length) throw new RangeError('the message is cut off');
    yield { field, value, bytes: buffer.subarray(at, at + length) };
    at += length;
  }
}

function find(bytes: Buffer, field: number): Field | undefined {
  for (const entry of fields(bytes)) if (entry.field === field) return entry;
  return undefined;
}

function textOf(bytes: Buffer, field: number): string {
  return find(bytes, field)?.bytes.toString('utf8') ?? '';
}

function numberOf(bytes: Buffer, field: number): number {
  return find(bytes, field)?.value ?? 0;
}

/** Seconds since 1970 of a google.protobuf.Timestamp. */
function timeOf(bytes: Buffer, field: number): number | undefined {
  const time = find(bytes, field)?.bytes;
  return time && numberOf(time, 1) + numberOf(time, 2) / 1e9;
}
