import { createHash } from 'node:crypto';
import { type ActionTable, AwsError, accountId, region } from './action.ts';
import type { LogFile } from './logFile.ts';
import { groupNameOf, invalid } from './logNames.ts';
import { eventsInOrder, type FoundEvent, filterOf, type Position, positionOf, type Range } from './logQuery.ts';
import type { LogStore } from './logs.ts';
import { byKey, page } from './page.ts';

/** As many events, and about as many bytes, as CloudWatch gives in one answer. */
const mostEvents = 10_000;
const mostBytes = 1_048_576;
/** So many events are looked at in one call: a rare term gives short or empty pages with a token, as at AWS. */
const mostLookedAt = 50_000;

/** The actions of CloudWatch Logs that read. */
export function queryActions(store: LogStore): ActionTable {
  return {
    DescribeLogStreams(input) {
      const name = groupOf(input);
      const { streams } = store.group(name);
      const byTime = input.orderBy === 'LastEventTime';
      if (byTime && input.logStreamNamePrefix) throw cannotOrder();
      const shapes = Object.entries(streams)
        .filter(([stream]) => stream.startsWith(input.logStreamNamePrefix ?? ''))
        .map(([stream, { createdAt }]) => streamShape(name, stream, createdAt, store.file(name, stream)));
      const keyOf = byTime ? timeKey(input.descending) : (shape: StreamShape) => shape.logStreamName;
      const sorted = shapes.sort(byKey(keyOf));
      if (input.descending && !byTime) sorted.reverse();
      const { items, nextToken } = pageEitherWay(sorted, keyOf, input, !byTime && input.descending);
      return { logStreams: items, nextToken };
    },

    GetLogEvents(input) {
      const name = groupOf(input);
      const stream = input.logStreamName;
      const streams = new Map([[stream, store.file(name, stream)]]);
      const token = input.nextToken === undefined ? undefined : readToken(input.nextToken);
      const backwards = token ? token.direction === 'b' : input.startFromHead !== true;
      const from = Math.max(input.startTime ?? 0, store.oldest(name));
      // The end is exclusive here, and inclusive in FilterLogEvents.
      const range = { from, to: (input.endTime ?? Number.MAX_SAFE_INTEGER) - 1, past: token?.position, backwards };
      const { events } = collect(streams, range, input.limit, () => true);
      if (backwards) events.reverse();
      return {
        events: events.map(({ t, i, m }) => ({ timestamp: t, ingestionTime: i, message: m })),
        ...tokensAround(events, token?.position, store.now()),
      };
    },

    FilterLogEvents(input) {
      const name = groupOf(input);
      const names = streamNames(store, name, input);
      const streams = new Map(names.map((stream) => [stream, store.file(name, stream)]));
      const token = input.nextToken === undefined ? undefined : readToken(input.nextToken);
      const backwards = token ? token.direction === 'b' : input.startFromHead === false;
      const from = Math.max(input.startTime ?? 0, store.oldest(name));
      const range = { from, to: input.endTime ?? Number.MAX_SAFE_INTEGER, past: token?.position, backwards };
      const { events, last, more } = collect(streams, range, input.limit, filterOf(input.filterPattern));
      const nextToken = more && last ? writeToken(backwards ? 'b' : 'f', positionOf(last)) : undefined;
      return { events: events.map(filteredShape), searchedLogStreams: [], nextToken };
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: an input, as the wire has it.
function groupOf(input: any): string {
  return groupNameOf(input.logGroupName ?? input.logGroupIdentifier);
}

// biome-ignore lint/suspicious/noExplicitAny: FilterLogEvents' input, as the wire has it.
function streamNames(store: LogStore, group: string, input: any): string[] {
  if (input.logStreamNames && input.logStreamNamePrefix) throw invalid('logStreamNames', 'names and a prefix');
  if (input.logStreamNames) return input.logStreamNames;
  const prefix = input.logStreamNamePrefix ?? '';
  return Object.keys(store.group(group).streams).filter((stream) => stream.startsWith(prefix));
}

/** `last` is the last event that was looked at, whether it matched or not. */
function collect(
  streams: ReadonlyMap<string, LogFile>,
  range: Range,
  limit = mostEvents,
  matches: (message: string) => boolean,
) {
  const events: FoundEvent[] = [];
  let last: FoundEvent | undefined;
  let [bytes, lookedAt] = [0, 0];
  for (const event of eventsInOrder(streams, range)) {
    if (events.length >= Math.min(limit, mostEvents) || bytes >= mostBytes || lookedAt >= mostLookedAt) {
      return { events, last, more: true };
    }
    last = event;
    lookedAt += 1;
    if (!matches(event.m)) continue;
    events.push(event);
    bytes += Buffer.byteLength(event.m) + 26;
  }
  return { events, last, more: false };
}

/** Both tokens are always given; at the end of the stream the one that was sent comes back. */
function tokensAround(events: FoundEvent[], sent: Position | undefined, now: number) {
  const [first, last] = [events[0], events.at(-1)];
  // An empty stream: whatever will come is after the beginning of time, and nothing is before it.
  const here: Position = sent ?? [0, '', -1];
  return {
    nextForwardToken: writeToken('f', last ? positionOf(last) : here),
    nextBackwardToken: writeToken('b', first ? positionOf(first) : (sent ?? [now, '', 0])),
  };
}

function writeToken(direction: 'f' | 'b', position: Position): string {
  return `${direction}/${Buffer.from(JSON.stringify(position)).toString('base64url')}`;
}

function readToken(token: unknown): { direction: 'f' | 'b'; position: Position } {
  const [, direction, text = ''] = /^([fb])\/([\w-]+)$/.exec(String(token)) ?? [];
  try {
    const position = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (Array.isArray(position))
      return { direction: direction as 'f' | 'b', position: position as unknown as Position };
  } catch {}
  throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
}

function filteredShape({ t, i, m, stream, offset }: FoundEvent): object {
  return { logStreamName: stream, timestamp: t, message: m, ingestionTime: i, eventId: eventIdOf(stream, t, offset) };
}

type StreamShape = ReturnType<typeof streamShape>;

function streamShape(group: string, name: string, createdAt: number, file: LogFile) {
  const { blocks } = file;
  const some = blocks.length > 0;
  return {
    logStreamName: name,
    creationTime: createdAt,
    firstEventTimestamp: some ? Math.min(...blocks.map(({ minT }) => minT)) : undefined,
    lastEventTimestamp: some ? Math.max(...blocks.map(({ maxT }) => maxT)) : undefined,
    lastIngestionTime: blocks.at(-1)?.maxI,
    uploadSequenceToken: String(createdAt),
    arn: `arn:aws:logs:${region}:${accountId}:log-group:${group}:log-stream:${name}`,
    storedBytes: 0,
  };
}

/** A key that sorts by time, newest first when descending, and then by name. */
function timeKey(descending: boolean | undefined): (shape: StreamShape) => string {
  return ({ lastEventTimestamp = 0, logStreamName }) => {
    const time = descending ? 10 ** 15 - lastEventTimestamp : lastEventTimestamp;
    return `${String(time).padStart(16, '0')} ${logStreamName}`;
  };
}

/** Pages of a list that runs down the names: the rest is what comes before the token. */
function pageEitherWay(
  sorted: StreamShape[],
  keyOf: (shape: StreamShape) => string,
  input: { nextToken?: string; limit?: number },
  reversed: boolean | undefined,
) {
  const limit = input.limit ?? 50;
  if (!reversed) return page(sorted, keyOf, input.nextToken, limit);
  const rankOf = new Map(sorted.map((shape, rank) => [shape, String(rank).padStart(9, '0')]));
  return page(sorted, (shape) => rankOf.get(shape) ?? '', input.nextToken, limit);
}

function cannotOrder(): AwsError {
  return new AwsError('InvalidParameterException', 'Cannot order by LastEventTime with a logStreamNamePrefix.');
}

/** The same for the same event at any time. */
function eventIdOf(stream: string, t: number, offset: number): string {
  const hash = createHash('sha256').update(`${stream} ${t} ${offset}`).digest('hex');
  return BigInt(`0x${hash.slice(0, 40)}`)
    .toString()
    .padStart(56, '0')
    .slice(0, 56);
}
