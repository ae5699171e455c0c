import { type ActionTable, AwsError, accountId, region } from './action.ts';
import { alreadyExists, groupNameOf, invalid, own } from './logNames.ts';
import type { LogStore, StoredGroup } from './logs.ts';
import { page } from './page.ts';

/** The actions of CloudWatch Logs on groups. */
export function groupActions(store: LogStore): ActionTable {
  const { groups } = store;
  const groupByArn = (arn: string) => store.group(groupNameOf(arn));
  return {
    async CreateLogGroup(input) {
      const name = input.logGroupName;
      if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(String(name))) throw invalid('logGroupName', name);
      if (own(groups, name)) throw new AwsError('ResourceAlreadyExistsException', alreadyExists('group'));
      store.createGroup(name, input.tags);
      await store.save();
      return {};
    },

    async DeleteLogGroup(input) {
      const { streams } = store.group(input.logGroupName);
      for (const stream of Object.keys(streams)) store.removeStream(input.logGroupName, stream);
      delete groups[input.logGroupName];
      await store.save();
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
      await store.save();
      store.dropExpired();
      return {};
    },

    async DeleteRetentionPolicy(input) {
      delete store.group(input.logGroupName).retentionInDays;
      await store.save();
      return {};
    },

    async TagResource(input) {
      Object.assign(groupByArn(input.resourceArn).tags, input.tags);
      await store.save();
      return {};
    },

    async UntagResource(input) {
      const { tags } = groupByArn(input.resourceArn);
      for (const key of input.tagKeys) delete tags[key];
      await store.save();
      return {};
    },

    ListTagsForResource: (input) => ({ tags: groupByArn(input.resourceArn).tags }),
  };
}

/** The actions of CloudWatch Logs on streams, and the one that writes events. */
export function streamActions(store: LogStore): ActionTable {
  return {
    async CreateLogStream({ logGroupName, logStreamName }) {
      if (!/^[^:*]{1,512}$/.test(String(logStreamName))) throw invalid('logStreamName', logStreamName);
      if (own(store.group(logGroupName).streams, logStreamName)) {
        throw new AwsError('ResourceAlreadyExistsException', alreadyExists('stream'));
      }
      store.createStream(logGroupName, logStreamName);
      await store.save();
      return {};
    },

    async DeleteLogStream({ logGroupName, logStreamName }) {
      store.removeStream(logGroupName, logStreamName);
      await store.save();
      return {};
    },

    PutLogEvents({ logGroupName, logStreamName, logEvents }) {
      const file = store.file(logGroupName, logStreamName);
      const events: SentEvent[] = logEvents ?? [];
      checkBatch(events);
      const oldest = Math.max(store.now() - 14 * day, store.oldest(logGroupName));
      const newest = store.now() + 2 * 3600 * 1000;
      file.append(
        events
          .filter(({ timestamp }) => timestamp >= oldest && timestamp <= newest)
          .map(({ timestamp, message }) => ({ t: timestamp, i: store.now(), m: message })),
      );
      const rejectedLogEventsInfo = rejected(events, oldest, newest);
      return { nextSequenceToken: String(store.now()), ...(rejectedLogEventsInfo && { rejectedLogEventsInfo }) };
    },
  };
}

const day = 24 * 3600 * 1000;

export interface SentEvent {
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
