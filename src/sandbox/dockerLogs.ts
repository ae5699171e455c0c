import type { Readable } from 'node:stream';

export interface LogLine {
  /** Docker's time stamp: RFC 3339 with nine digits, so that its text order is its time order. */
  stamp: string;
  message: string;
}

/** CloudWatch Logs takes 256 KiB in one event, and Docker's pieces have 16 KiB; what goes beyond goes into the next event. */
const longestLine = (256 - 16) * 1024;

/**
 * Docker's log stream (with `timestamps`) as whole lines, in the batches in which they came. The stream is a row of frames:
 * stream number, three zeros, length, payload; one frame per message. A line above 16 KiB comes as several messages,
 * of which only the last ends with a line feed. Source: "Attach to a container" in the Docker Engine API.
 */
export async function* readLogLines(stream: Readable): AsyncGenerator<LogLine[]> {
  let rest: Buffer = Buffer.alloc(0);
  const open: Record<number, { stamp: string; parts: Buffer[] } | undefined> = {};
  for await (const chunk of stream) {
    const { frames, left } = splitFrames(Buffer.concat([rest, chunk as Buffer]));
    rest = left;
    const lines = frames.flatMap((frame) => addToLine(open, frame));
    if (lines.length > 0) yield lines;
  }
  const unfinished = Object.values(open).flatMap((line) => (line ? [asLine(line)] : []));
  if (unfinished.length > 0) yield unfinished;
}

/** `2026-01-02T03:04:05.123456789Z` → `1767323045.123456789`, which is how Docker wants its `since`. */
export function sinceParameter(stamp: string): string {
  const nanoseconds = /\.(\d+)/.exec(stamp)?.[1] ?? '0';
  return `${Math.floor(Date.parse(stamp) / 1000)}.${nanoseconds.padEnd(9, '0')}`;
}

interface Frame {
  source: number;
  payload: Buffer;
}

function splitFrames(buffer: Buffer): { frames: Frame[]; left: Buffer } {
  const frames: Frame[] = [];
  let at = 0;
  while (buffer.length >= at + 8) {
    const end = at + 8 + buffer.readUInt32BE(at + 4);
    if (buffer.length < end) break;
    frames.push({
      source: buffer.readUInt8(at),
      payload: buffer.subarray(at + 8, end),
    });
    at = end;
  }
  return { frames, left: buffer.subarray(at) };
}

function addToLine(open: Record<number, { stamp: string; parts: Buffer[] } | undefined>, frame: Frame): LogLine[] {
  const space = frame.payload.indexOf(0x20);
  const stamp = frame.payload.subarray(0, space).toString('latin1');
  const text = frame.payload.subarray(space + 1);
  const line = open[frame.source] ?? { stamp, parts: [] };
  line.parts.push(text);
  line.stamp = stamp;
  const whole = text.at(-1) === 0x0a || line.parts.reduce((sum, part) => sum + part.length, 0) >= longestLine;
  open[frame.source] = whole ? undefined : line;
  return whole ? [asLine(line)] : [];
}

function asLine(line: { stamp: string; parts: Buffer[] }): LogLine {
  return {
    stamp: line.stamp,
    message: Buffer.concat(line.parts)
      .toString('utf8')
      .replace(/\r?\n$/, ''),
  };
}
