import { randomUUID } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionTable, LogSink, Saved } from './action.ts';
import { type LogFile, openLogFile, type StoredEvent } from './logFile.ts';
import { missing, own } from './logNames.ts';
import { queryActions } from './logReading.ts';
import { groupActions, type SentEvent, streamActions } from './logWriting.ts';

export interface LogsState {
  groups: Record<string, StoredGroup>;
}

export interface StoredGroup {
  /** Milliseconds since 1970, as all times of CloudWatch Logs. */
  createdAt: number;
  retentionInDays?: number;
  tags: Record<string, string>;
  streams: Record<string, StoredStream>;
}

interface StoredStream {
  /** Name of its file: streams' names may be longer than files', and a new stream of an old name is another one. */
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

/** Groups and streams, as the actions and the containers see them. `group` and `file` throw ResourceNotFoundException. */
export interface LogStore {
  groups: LogsState['groups'];
  now(): number;
  group(name: string): StoredGroup;
  file(group: string, stream: string): LogFile;
  /** Events before this time are over the group's retention. */
  oldest(group: string): number;
  createGroup(name: string, tags?: Record<string, string>): void;
  createStream(group: string, name: string): void;
  removeStream(group: string, name: string): void;
  dropExpired(): void;
  save(): Promise<void>;
}

const day = 24 * 3600 * 1000;
const cleanUpInterval = 3600 * 1000;

/** Amazon CloudWatch Logs: groups, streams and events, kept as files. */
export function createLogs(parts: LogsParts): Logs {
  const store = openStore(parts);
  const dropExpired = () => {
    try {
      store.dropExpired();
    } catch (error) {
      parts.log(`logs: cannot drop old events: ${(error as Error).message}`);
    }
  };
  removeStrangers(parts.folder, store.groups);
  dropExpired();
  const timer = setInterval(dropExpired, cleanUpInterval).unref();
  return {
    actions: { ...groupActions(store), ...streamActions(store), ...queryActions(store) },
    sink: createSink(store, parts.log),
    close: () => clearInterval(timer),
  };
}

function openStore({ saved, folder, now }: LogsParts): LogStore {
  const { groups } = saved.value;
  const files = new Map<string, LogFile>();
  const group = (name: string) => own(groups, name) ?? missing('group');

  function open({ id }: StoredStream): LogFile {
    const file = files.get(id) ?? openLogFile(join(folder, `${id}.jsonl`));
    files.set(id, file);
    return file;
  }

  function oldest(name: string): number {
    const days = group(name).retentionInDays;
    return days === undefined ? 0 : now() - days * day;
  }

  return {
    groups,
    now,
    group,
    oldest,
    file: (name, stream) => open(own(group(name).streams, stream) ?? missing('stream')),
    createGroup(name, tags = {}) {
      groups[name] = { createdAt: now(), tags, streams: {} };
    },
    createStream(name, stream) {
      group(name).streams[stream] = { id: randomUUID(), createdAt: now() };
    },
    removeStream(name, stream) {
      const { streams } = group(name);
      const stored = own(streams, stream) ?? missing('stream');
      open(stored).remove();
      files.delete(stored.id);
      delete streams[stream];
    },
    dropExpired() {
      for (const [name, { retentionInDays, streams }] of Object.entries(groups)) {
        if (retentionInDays === undefined) continue;
        for (const stream of Object.values(streams)) open(stream).dropBefore(oldest(name));
      }
    },
    save: () => saved.save(),
  };
}

function createSink(store: LogStore, log: (line: string) => void): LogSink {
  const save = () => void store.save().catch((error) => log(`logs: cannot save: ${error.message}`));
  return {
    hasLogGroup: (name) => own(store.groups, name) !== undefined,
    ensureLogGroup(name) {
      if (own(store.groups, name)) return;
      store.createGroup(name);
      save();
    },
    createLogStream(group, stream) {
      if (own(store.group(group).streams, stream)) return;
      store.createStream(group, stream);
      save();
    },
    put(group, stream, events) {
      try {
        const file = store.file(group, stream);
        file.append(inOrder(file, events, store.now()));
      } catch (error) {
        // As the awslogs driver in its non-blocking mode: a stream that was deleted, or a full disk, loses lines.
        log(`logs: lines of ${stream} are lost: ${(error as Error).message}`);
      }
    },
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
  const streams = Object.values(groups).flatMap((group) => Object.values(group.streams));
  const known = new Set(streams.map(({ id }) => `${id}.jsonl`));
  for (const name of list(folder)) if (!known.has(name)) rmSync(join(folder, name), { force: true });
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
