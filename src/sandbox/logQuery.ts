import { AwsError } from './action.ts';
import type { Block, LogFile, PlacedEvent } from './logFile.ts';

/** A place in time order: time, then stream, then place in the stream. */
export type Position = readonly [t: number, stream: string, offset: number];

export interface FoundEvent extends PlacedEvent {
  stream: string;
}

export interface Range {
  /** Milliseconds since 1970, both inclusive. */
  from: number;
  to: number;
  /** Only events strictly after (when reading backwards: before) this place. */
  past?: Position;
  backwards?: boolean;
}

/**
 * The events of one or more streams in the order of time, lazily: blocks are read as the sweep reaches them, so that
 * memory holds only those that overlap in time.
 */
export function* eventsInOrder(streams: ReadonlyMap<string, LogFile>, range: Range): Generator<FoundEvent> {
  const direction = range.backwards ? -1 : 1;
  const nearEnd = (block: Block) => (range.backwards ? -block.maxT : block.minT);
  const waiting = [...streams]
    .flatMap(([stream, file]) => file.blocks.map((block) => ({ stream, file, block })))
    .filter(({ block }) => block.maxT >= range.from && block.minT <= range.to)
    .sort((a, b) => nearEnd(b.block) - nearEnd(a.block));
  let buffer: FoundEvent[] = [];
  while (waiting.length > 0 || buffer.length > 0) {
    const next = waiting.pop();
    if (next) buffer.push(...pick(next.file.read(next.block), next.stream, range));
    buffer.sort((a, b) => direction * compare(positionOf(a), positionOf(b)));
    const horizon = waiting.at(-1);
    const ready = horizon ? buffer.filter((event) => direction * event.t < nearEnd(horizon.block)) : buffer;
    buffer = buffer.slice(ready.length);
    yield* ready;
  }
}

function pick(events: PlacedEvent[], stream: string, { from, to, past, backwards }: Range): FoundEvent[] {
  const found = events.filter(({ t }) => t >= from && t <= to).map((event) => ({ ...event, stream }));
  if (!past) return found;
  return found.filter((event) => (backwards ? -1 : 1) * compare(positionOf(event), past) > 0);
}

export function positionOf({ t, stream, offset }: FoundEvent): Position {
  return [t, stream, offset];
}

function compare(a: Position, b: Position): number {
  return a[0] - b[0] || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0) || a[2] - b[2];
}

/**
 * CloudWatch's pattern for plain text: every term must be in the message, `"quoted phrases"` as they are, none of
 * the `-excluded`; or, when there are only those, at least one of the `?optional`. Case counts.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 * @throws AwsError InvalidParameterException for the patterns on JSON, columns and regular expressions.
 */
export function filterOf(pattern: string | undefined): (message: string) => boolean {
  const text = (pattern ?? '').trim();
  if (/^[{[%]/.test(text)) throw unsupported();
  const terms = [...text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(([, sign = '', quoted, plain]) => ({
    sign,
    term: quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '',
  }));
  const of = (wanted: string) => terms.filter(({ sign }) => sign === wanted).map(({ term }) => term);
  const [included, excluded, optional] = [of(''), of('-'), of('?')];
  // CloudWatch ignores optional terms beside any of the others.
  const any = included.length === 0 && excluded.length === 0 && optional.length > 0 ? optional : undefined;
  return (message) =>
    included.every((term) => message.includes(term)) &&
    !excluded.some((term) => message.includes(term)) &&
    (any?.some((term) => message.includes(term)) ?? true);
}

function unsupported(): AwsError {
  return new AwsError(
    'InvalidParameterException',
    'Invalid filter pattern: the sandbox knows terms, "phrases", -excluded and ?optional ones.',
  );
}
