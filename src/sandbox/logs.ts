import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ActionTable, AwsError, accountId, type LogSink, region, type Saved } from './action.ts';
import { type LogFile, openLogFile, type StoredEvent } from './logFile.ts';
import { queryActions } from './logReading.ts';
import { page } from './page.ts';

export interface LogsState {
  groups: Record<string, StoredGroup>;
}

interface StoredGroup {
  /** Milliseconds since 1970, as all times of CloudWatch Logs. */
  createdAt: number;
  retentionInDays?: number;
  tags: Record<string, string>;
  streams: Record<string, StoredStream>;
}

interface StoredStream {
  /** Name of its file: names of streams are longer than file names may be, and a new stream of an old name is another one. */
  id: string;
  createdAt: number;
}

export function emptyLogsState(): LogsState {
  return { groups: {} };
}

export interface LogsParts {
  saved: Saved<LogsState>;
  folder: string;
  /** Milliseconds since 1970. */
  now(): number;
  log(line: string): void;
}

export interface Logs {
  actions: ActionTable;
  sink: LogSink;
  close(): void;
}

/** How the reading actions see the store. */
export interface LogStore {
  /** @throws AwsError ResourceNotFoundException */
  group(name: string): StoredGroup;
  /** @throws AwsError ResourceNotFoundException */
  file(group: string, stream: string): LogFile;
  /** Events before it are over their retention. */
  oldest(group: string): number;
}

const day = 24 * 3600 * 1000;
const cleanUpInterval = 3600 * 1000;

/** Amazon CloudWatch Logs: groups, streams and events, kept as files. */
export function createLogs(parts: LogsParts): Logs {
  const { saved, folder, now, log } = parts;
  const groups = saved.value.groups;
  const files = new Map<string, LogFile>();
  const save = () => void saved.save().catch((error) => log(`logs: cannot save: ${error.message}`));

  const store: LogStore = {
    group: (name) => own(groups, name) ?? missing('group'),
    file: (group, stream) => open(own(store.group(group).streams, stream) ?? missing('stream')),
    oldest(name) {
      const days = store.group(name).retentionInDays;
      return days === undefined ? 0 : now() - days * day;
    },
  };

  function open(stream: StoredStream): LogFile {
    const file = files.get(stream.id) ?? openLogFile(join(folder, `${stream.id}.jsonl`));
    files.set(stream.id, file);
    return file;
  }

  function removeStream(group: StoredGroup, name: string): void {
    const stream = group.streams[name];
    if (!stream) return;
    open(stream).remove();
    files.delete(stream.id);
    delete group.streams[name];
  }

  function dropExpired(): void {
    for (const [name, group] of Object.entries(groups)) {
      if (group.retentionInDays === undefined) continue;
      for (const stream of Object.values(group.streams)) open(stream).dropBefore(store.oldest(name));
    }
  }

  function createStream(group: string, name: string): void {
    store.group(group).streams[name] = { id: randomUUID(), createdAt: now() };
  }

  const sink: LogSink = {
    hasLogGroup: (name) => own(groups, name) !== undefined,
    ensureLogGroup(name) {
      groups[name] ??= newGroup(now());
      save();
    },
    createLogStream(group, stream) {
      if (!own(store.group(group).streams, stream)) createStream(group, stream);
      save();
    },
    put(group, stream, events) {
      try {
        store.file(group, stream).append(inOrder(store.file(group, stream), events, now()));
      } catch (error) {
        // As the awslogs driver in its non-blocking mode: a stream that was deleted, or a full disk, loses lines.
        log(`logs: lines of ${stream} are lost: ${(error as Error).message}`);
      }
    },
  };

  removeStrangers(folder, groups);
  dropExpired();
  const timer = setInterval(dropExpired, cleanUpInterval).unref();
  const actions = {
    ...groupActions({ store, groups, now, dropExpired, removeStream, saved }),
    ...streamActions({ store, now, createStream, removeStream, saved }),
    ...queryActions(store, now),
  };
  return { actions, sink, close: () => clearInterval(timer) };
}

function groupActions({
  store,
  groups,
  now,
  dropExpired,
  removeStream,
  saved,
}: {
  store: LogStore;
  groups: LogsState['groups'];
  now(): number;
  dropExpired(): void;
  removeStream(group: StoredGroup, name: string): void;
  saved: Saved<LogsState>;
}): ActionTable {
  const groupByArn = (arn: string) => store.group(groupNameOf(arn));
  return {
    async CreateLogGroup(input) {
      const name = input.logGroupName;
      if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(String(name))) throw invalid('logGroupName', name);
      if (own(groups, name)) throw new AwsError('ResourceAlreadyExistsException', alreadyExists('group'));
      groups[name] = { ...newGroup(now()), tags: input.tags ?? {} };
      await saved.save();
      return {};
    },

    async DeleteLogGroup(input) {
      const group = store.group(input.logGroupName);
      for (const stream of Object.keys(group.streams)) removeStream(group, stream);
      delete groups[input.logGroupName];
      await saved.save();
      return {};
    },

    DescribeLogGroups(input) {
      const prefix = input.logGroupNamePrefix ?? '';
      const part = input.logGroupNamePattern?.toLowerCase() ?? '';
      const names = Object.keys(groups).filter((name) => name.startsWith(prefix) && name.toLowerCase().includes(part));
      const { items, nextToken } = page(names.sort(), (name) => name, input.nextToken, input.limit ?? 50);
      return { logGroups: items.map((name) => groupShape(name, store.group(name))), nextToken };
    },

    async PutRetentionPolicy(input) {
      const group = store.group(input.logGroupName);
      if (!retentionDays.includes(input.retentionInDays)) throw invalid('retentionInDays', input.retentionInDays);
      group.retentionInDays = input.retentionInDays;
      await saved.save();
      dropExpired();
      return {};
    },

    async DeleteRetentionPolicy(input) {
      delete store.group(input.logGroupName).retentionInDays;
      await saved.save();
      return {};
    },

    async TagResource(input) {
      Object.assign(groupByArn(input.resourceArn).tags, input.tags);
      await saved.save();
      return {};
    },

    async UntagResource(input) {
      const { tags } = groupByArn(input.resourceArn);
      for (const key of input.tagKeys) delete tags[key];
      await saved.save();
      return {};
    },

    ListTagsForResource: (input) => ({ tags: groupByArn(input.resourceArn).tags }),
  };
}

function streamActions({
  store,
  now,
  createStream,
  removeStream,
  saved,
}: {
  store: LogStore;
  now(): number;
  createStream(group: string, name: string): void;
  removeStream(group: StoredGroup, name: string): void;
  saved: Saved<LogsState>;
}): ActionTable {
  return {
    async CreateLogStream({ logGroupName, logStreamName }) {
      if (!/^[^:*]{1,512}$/.test(String(logStreamName))) throw invalid('logStreamName', logStreamName);
      if (own(store.group(logGroupName).streams, logStreamName)) {
        throw new AwsError('ResourceAlreadyExistsException', alreadyExists('stream'));
      }
      createStream(logGroupName, logStreamName);
      await saved.save();
      return {};
    },

    async DeleteLogStream({ logGroupName, logStreamName }) {
      const group = store.group(logGroupName);
      if (!own(group.streams, logStreamName)) missing('stream');
      removeStream(group, logStreamName);
      await saved.save();
      return {};
    },

    PutLogEvents({ logGroupName, logStreamName, logEvents }) {
      const file = store.file(logGroupName, logStreamName);
      const events: SentEvent[] = logEvents ?? [];
      checkBatch(events);
      const oldest = Math.max(now() - 14 * day, store.oldest(logGroupName));
      const newest = now() + 2 * 3600 * 1000;
      file.append(
        events
          .filter(({ timestamp }) => timestamp >= oldest && timestamp <= newest)
          .map(({ timestamp, message }) => ({ t: timestamp, i: now(), m: message })),
      );
      const rejectedLogEventsInfo = rejected(events, oldest, newest);
      return { nextSequenceToken: String(now()), ...(rejectedLogEventsInfo && { rejectedLogEventsInfo }) };
    },
  };
}

interface SentEvent {
  timestamp: number;
  message: string;
}

/** The limits of PutLogEvents: 10,000 events, 1 MiB with 26 bytes for each, in the order of time. */
function checkBatch(events: SentEvent[]): void {
  const size = events.reduce((sum, { message }) => sum + Buffer.byteLength(String(message)) + 26, 0);
  const ordered = events.every(({ timestamp }, n) => n === 0 || timestamp >= (events[n - 1]?.timestamp ?? 0));
  const wellFormed = events.every(
    ({ timestamp, message }) => Number.isInteger(timestamp) && typeof message === 'string',
  );
  if (events.length === 0 || events.length > 10_000 || !wellFormed)
    throw invalid('logEvents', `${events.length} events`);
  if (size > 1_048_576)
    throw new AwsError('InvalidParameterException', 'Upload too large: bytes, exceeds limit 1048576.');
  if (!ordered) {
    throw new AwsError(
      'InvalidParameterException',
      'Log events in a single PutLogEvents request must be in chronological order.',
    );
  }
}

/** CloudWatch takes the rest and tells the indexes up to (after) which it did not. */
function rejected(events: SentEvent[], oldest: number, newest: number): object | undefined {
  const tooOld = events.filter(({ timestamp }) => timestamp < oldest).length;
  const firstTooNew = events.findIndex(({ timestamp }) => timestamp > newest);
  if (tooOld === 0 && firstTooNew < 0) return undefined;
  return {
    ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
    ...(firstTooNew >= 0 && { tooNewLogEventStartIndex: firstTooNew }),
  };
}

/**
 * Docker stamps stdout and stderr apart, so that neighbouring lines can swap by some milliseconds. The order in which
 * they came is the true one, and a reader who follows the stream by its time must not miss the earlier stamp.
 */
function inOrder(file: LogFile, events: SentEvent[], now: number): StoredEvent[] {
  let last = file.blocks.at(-1)?.maxT ?? 0;
  return events.map(({ timestamp, message }) => {
    const t = timestamp < last && last - timestamp < 1000 ? last : timestamp;
    last = Math.max(last, t);
    return { t, i: now, m: message };
  });
}

/** Files of streams that were not yet, or are no longer, in the list when the process was killed. */
function removeStrangers(folder: string, groups: LogsState['groups']): void {
  const known = new Set(
    Object.values(groups).flatMap(({ streams }) => Object.values(streams).map(({ id }) => `${id}.jsonl`)),
  );
  for (const name of list(folder)) if (!known.has(name)) rmSync(join(folder, name), { force: true });
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function newGroup(createdAt: number): StoredGroup {
  return { createdAt, tags: {}, streams: {} };
}

function groupShape(name: string, group: StoredGroup): object {
  const arn = `arn:aws:logs:${region}:${accountId}:log-group:${name}`;
  return {
    logGroupName: name,
    creationTime: group.createdAt,
    retentionInDays: group.retentionInDays,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    logGroupArn: arn,
    storedBytes: 0,
    logGroupClass: 'STANDARD',
  };
}

const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** A group by its name or its ARN. */
export function groupNameOf(nameOrArn: unknown): string {
  return String(nameOrArn).replace(/^arn:aws[a-z-]*:logs:[^:]*:\d*:log-group:([^:]+)(:.*)?$/, '$1');
}

export function invalid(what: string, value: unknown): AwsError {
  return new AwsError(
    'InvalidParameterException',
    `1 validation error detected: Value '${value}' at '${what}' failed to satisfy constraint`,
  );
}

function missing(what: 'group' | 'stream'): never {
  throw new AwsError('ResourceNotFoundException', `The specified log ${what} does not exist.`);
}

function alreadyExists(what: 'group' | 'stream'): string {
  return `The specified log ${what} already exists`;
}

function own<T>(record: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** The same for the same event at any time. */
export function eventIdOf(stream: string, t: number, offset: number): string {
  const hash = createHash('sha256').update(`${stream} ${t} ${offset}`).digest('hex');
  return BigInt(`0x${hash.slice(0, 40)}`)
    .toString()
    .padStart(56, '0')
    .slice(0, 56);
}
