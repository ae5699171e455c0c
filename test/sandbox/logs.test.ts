import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  GetLogEventsCommand,
  ListTagsForResourceCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  paginateDescribeLogGroups,
  paginateDescribeLogStreams,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLogFile } from '../../src/sandbox/logFile.ts';
import { eventsInOrder, filterOf } from '../../src/sandbox/logQuery.ts';
import { createLogs, emptyLogsState } from '../../src/sandbox/logs.ts';
import { clientOptions, startTestSandbox } from '../support/sandbox.ts';

let sandbox: Awaited<ReturnType<typeof startTestSandbox>>;
let logs: CloudWatchLogsClient;
let folder: string;

beforeAll(async () => {
  sandbox = await startTestSandbox();
  logs = new CloudWatchLogsClient(clientOptions(sandbox.endpoint));
  folder = mkdtempSync(path.join(tmpdir(), 'logs-test-'));
});

afterAll(async () => {
  logs?.destroy();
  await sandbox?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const thrownBy = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error) => error,
  );
const start = Date.now() - 60_000;
const day = 24 * 3600 * 1000;

async function newGroup(...streams: string[]): Promise<string> {
  const logGroupName = `/test/${randomBytes(6).toString('hex')}`;
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  for (const logStreamName of streams) await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  return logGroupName;
}

function put(logGroupName: string, logStreamName: string, ...events: [at: number, message: string][]) {
  const logEvents = events.map(([at, message]) => ({ timestamp: start + at, message }));
  return logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
}

async function filter(input: FilterLogEventsCommandInput): Promise<(string | undefined)[]> {
  const { events } = await logs.send(new FilterLogEventsCommand(input));
  return (events ?? []).map(({ message }) => message);
}

describe('groups and streams', () => {
  test('a group that is there, or is not, is named in AWS’s words', async () => {
    const logGroupName = await newGroup();
    const again = await thrownBy(logs.send(new CreateLogGroupCommand({ logGroupName })));
    expect([again.name, again.message]).toEqual([
      'ResourceAlreadyExistsException',
      'The specified log group already exists',
    ]);
    await logs.send(new DeleteLogGroupCommand({ logGroupName }));
    const gone = await thrownBy(logs.send(new DeleteLogGroupCommand({ logGroupName })));
    expect([gone.name, gone.message]).toEqual(['ResourceNotFoundException', 'The specified log group does not exist.']);
    const stream = new CreateLogStreamCommand({ logGroupName, logStreamName: 'x' });
    expect((await thrownBy(logs.send(stream))).message).toBe('The specified log group does not exist.');
  });

  test('a stream that is there, or is not, is named in AWS’s words', async () => {
    const logGroupName = await newGroup('one');
    const again = new CreateLogStreamCommand({ logGroupName, logStreamName: 'one' });
    expect((await thrownBy(logs.send(again))).name).toBe('ResourceAlreadyExistsException');
    const read = new GetLogEventsCommand({ logGroupName, logStreamName: 'two' });
    expect((await thrownBy(logs.send(read))).message).toBe('The specified log stream does not exist.');
    await logs.send(new DeleteLogStreamCommand({ logGroupName, logStreamName: 'one' }));
    expect((await thrownBy(put(logGroupName, 'one', [0, 'x']))).message).toBe(
      'The specified log stream does not exist.',
    );
  });

  test('groups are found by prefix, page by page, with retention and ARN', async () => {
    const prefix = await newGroup();
    for (const suffix of ['/a', '/b', '/c']) {
      await logs.send(new CreateLogGroupCommand({ logGroupName: prefix + suffix, tags: { team: suffix } }));
    }
    await logs.send(new PutRetentionPolicyCommand({ logGroupName: `${prefix}/b`, retentionInDays: 7 }));
    const found = [];
    const pages = paginateDescribeLogGroups({ client: logs, pageSize: 3 }, { logGroupNamePrefix: prefix });
    for await (const { logGroups } of pages) found.push(...(logGroups ?? []));
    expect(found.map(({ logGroupName }) => logGroupName)).toEqual([
      prefix,
      `${prefix}/a`,
      `${prefix}/b`,
      `${prefix}/c`,
    ]);
    expect(found.map(({ retentionInDays }) => retentionInDays)).toEqual([undefined, undefined, 7, undefined]);
    expect(found[0]?.arn).toBe(`arn:aws:logs:us-east-1:000000000000:log-group:${prefix}:*`);
    const resourceArn = found[1]?.logGroupArn;
    await logs.send(new TagResourceCommand({ resourceArn, tags: { stage: 'x' } }));
    const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(tags).toEqual({ team: '/a', stage: 'x' });
  });

  test('streams are found by prefix, and in the order of their last event', async () => {
    const logGroupName = await newGroup('web/1', 'web/2', 'web/3', 'job/1');
    await put(logGroupName, 'web/1', [30, 'x']);
    await put(logGroupName, 'web/2', [10, 'x'], [20, 'x']);
    await put(logGroupName, 'job/1', [40, 'x']);
    const list = async (more: object) => {
      const found = [];
      const pages = paginateDescribeLogStreams({ client: logs, pageSize: 2 }, { logGroupName, ...more });
      for await (const { logStreams } of pages) found.push(...(logStreams ?? []));
      return found;
    };
    const names = async (more: object) => (await list(more)).map(({ logStreamName }) => logStreamName);
    expect(await names({ logStreamNamePrefix: 'web/' })).toEqual(['web/1', 'web/2', 'web/3']);
    expect(await names({ descending: true })).toEqual(['web/3', 'web/2', 'web/1', 'job/1']);
    const byTime = { orderBy: 'LastEventTime' };
    expect(await names({ ...byTime, descending: true })).toEqual(['job/1', 'web/1', 'web/2', 'web/3']);
    expect(await names(byTime)).toEqual(['web/3', 'web/2', 'web/1', 'job/1']);
    const [second] = await list({ logStreamNamePrefix: 'web/2' });
    expect([second?.firstEventTimestamp, second?.lastEventTimestamp]).toEqual([start + 10, start + 20]);
  });
});

describe('reading one stream', () => {
  test('goes forward to the end, where the same token comes back, and on when more is written', async () => {
    const logGroupName = await newGroup('s');
    await put(logGroupName, 's', [1, 'a'], [2, 'b'], [3, 'c']);
    const read = (nextToken?: string) =>
      logs.send(
        new GetLogEventsCommand({ logGroupName, logStreamName: 's', startFromHead: true, limit: 2, nextToken }),
      );
    const first = await read();
    expect(first.events?.map(({ message }) => message)).toEqual(['a', 'b']);
    const second = await read(first.nextForwardToken);
    expect(second.events?.map(({ message }) => message)).toEqual(['c']);
    const end = await read(second.nextForwardToken);
    expect([end.events, end.nextForwardToken]).toEqual([[], second.nextForwardToken]);
    await put(logGroupName, 's', [3, 'd']);
    expect((await read(end.nextForwardToken)).events?.map(({ message }) => message)).toEqual(['d']);
  });

  test('starts at the end unless told otherwise, and goes back', async () => {
    const logGroupName = await newGroup('s');
    await put(logGroupName, 's', [1, 'a'], [2, 'b'], [3, 'c']);
    const read = (nextToken?: string) =>
      logs.send(new GetLogEventsCommand({ logGroupName, logStreamName: 's', limit: 2, nextToken }));
    const last = await read();
    expect(last.events?.map(({ message }) => message)).toEqual(['b', 'c']);
    const before = await read(last.nextBackwardToken);
    expect(before.events?.map(({ message }) => message)).toEqual(['a']);
    const head = await read(before.nextBackwardToken);
    expect([head.events, head.nextBackwardToken]).toEqual([[], before.nextBackwardToken]);
    const forward = await read(before.nextForwardToken);
    expect(forward.events?.map(({ message }) => message)).toEqual(['b', 'c']);
  });

  test('an empty stream gives tokens that find what is written later', async () => {
    const logGroupName = await newGroup('s');
    const empty = await logs.send(new GetLogEventsCommand({ logGroupName, logStreamName: 's' }));
    expect(empty.events).toEqual([]);
    await put(logGroupName, 's', [1, 'a']);
    const nextToken = empty.nextForwardToken;
    const later = await logs.send(new GetLogEventsCommand({ logGroupName, logStreamName: 's', nextToken }));
    expect(later.events).toMatchObject([{ message: 'a', timestamp: start + 1 }]);
    expect(later.events?.[0]?.ingestionTime).toBeGreaterThanOrEqual(start);
  });

  test('the start is inclusive and the end is not', async () => {
    const logGroupName = await newGroup('s');
    await put(logGroupName, 's', [1, 'a'], [2, 'b'], [3, 'c']);
    const range = { startTime: start + 2, endTime: start + 3 };
    const { events } = await logs.send(new GetLogEventsCommand({ logGroupName, logStreamName: 's', ...range }));
    expect(events?.map(({ message }) => message)).toEqual(['b']);
  });

  test('a token that is none is refused', async () => {
    const logGroupName = await newGroup('s');
    const read = new GetLogEventsCommand({ logGroupName, logStreamName: 's', nextToken: 'f/????' });
    expect((await thrownBy(logs.send(read))).name).toBe('InvalidParameterException');
  });
});

describe('reading a group', () => {
  test('the events of all streams come in the order of time, each with an id of its own', async () => {
    const logGroupName = await newGroup('one', 'two');
    await put(logGroupName, 'one', [1, 'a'], [3, 'c'], [5, 'e']);
    await put(logGroupName, 'two', [2, 'b'], [3, 'c2'], [4, 'd']);
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
    expect(events.map(({ message }) => message)).toEqual(['a', 'b', 'c', 'c2', 'd', 'e']);
    expect(events[1]).toMatchObject({ logStreamName: 'two', timestamp: start + 2 });
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(6);
  });

  test('streams, times and terms choose, and both ends are inclusive', async () => {
    const logGroupName = await newGroup('web/1', 'job/1');
    await put(logGroupName, 'web/1', [1, 'GET /'], [2, 'ERROR at /'], [3, 'GET /b']);
    await put(logGroupName, 'job/1', [2, 'ERROR in job']);
    expect(await filter({ logGroupName, logStreamNames: ['job/1'] })).toEqual(['ERROR in job']);
    expect(await filter({ logGroupName, logStreamNamePrefix: 'web/' })).toEqual(['GET /', 'ERROR at /', 'GET /b']);
    const times = { startTime: start + 2, endTime: start + 3 };
    expect(await filter({ logGroupName, logStreamNames: ['web/1'], ...times })).toEqual(['ERROR at /', 'GET /b']);
    expect(await filter({ logGroupName, filterPattern: 'ERROR -job' })).toEqual(['ERROR at /']);
  });

  test('a limit gives a token for the rest, also when the stream grows meanwhile', async () => {
    const logGroupName = await newGroup('one', 'two');
    await put(logGroupName, 'one', [1, 'a'], [3, 'c']);
    await put(logGroupName, 'two', [2, 'b']);
    const first = await logs.send(new FilterLogEventsCommand({ logGroupName, limit: 2 }));
    expect(first.events?.map(({ message }) => message)).toEqual(['a', 'b']);
    await put(logGroupName, 'two', [4, 'd']);
    const rest = await logs.send(new FilterLogEventsCommand({ logGroupName, nextToken: first.nextToken }));
    expect(rest.events?.map(({ message }) => message)).toEqual(['c', 'd']);
    expect(rest.nextToken).toBeUndefined();
  });

  test('the latest come first when asked for', async () => {
    const logGroupName = await newGroup('one', 'two');
    await put(logGroupName, 'one', [1, 'a'], [3, 'c']);
    await put(logGroupName, 'two', [2, 'b']);
    expect(await filter({ logGroupName, startFromHead: false, limit: 2 })).toEqual(['c', 'b']);
  });

  test.each([
    ['ERROR', 'an ERROR here', true],
    ['ERROR', 'an error here', false],
    ['one two', 'two and one', true],
    ['one two', 'only one', false],
    ['"one two"', 'two one two', true],
    ['"one two"', 'one and two', false],
    ['"say \\"hi\\""', 'they say "hi"', true],
    ['-debug', 'a debug line', false],
    ['GET -"/health check"', 'GET /health check', false],
    ['?ERROR ?WARN', 'a WARN line', true],
    ['?ERROR ?WARN', 'a line', false],
    ['?ERROR line', 'a line', true],
    ['', 'anything', true],
  ])('the pattern %s on “%s” says %s', (pattern, message, expected) => {
    expect(filterOf(pattern)(message)).toBe(expected);
  });

  test.each(['{ $.level = "error" }', '[ip, user]', '%regex%'])(
    'the pattern %s is refused, not misread',
    async (pattern) => {
      const logGroupName = await newGroup('s');
      const error = await thrownBy(filter({ logGroupName, filterPattern: pattern }));
      expect(error.name).toBe('InvalidParameterException');
    },
  );
});

describe('writing', () => {
  test('what is older than two weeks or far in the future is told, and the rest is taken', async () => {
    const logGroupName = await newGroup('s');
    const { rejectedLogEventsInfo } = await put(logGroupName, 's', [-15 * day, 'old'], [0, 'now'], [day, 'future']);
    expect(rejectedLogEventsInfo).toMatchObject({ tooOldLogEventEndIndex: 1, tooNewLogEventStartIndex: 2 });
    expect(await filter({ logGroupName })).toEqual(['now']);
  });

  test('a batch out of order, and an empty one, are refused', async () => {
    const logGroupName = await newGroup('s');
    const disordered = await thrownBy(put(logGroupName, 's', [2, 'b'], [1, 'a']));
    expect(disordered.message).toContain('chronological order');
    expect((await thrownBy(put(logGroupName, 's'))).name).toBe('InvalidParameterException');
  });

  test('retention drops what is older, from the answers and from the disk', async () => {
    const logGroupName = await newGroup('s');
    const secret = randomBytes(8).toString('hex');
    await put(logGroupName, 's', [-4 * day, `${secret} ${'x'.repeat(70_000)}`], [0, 'young']);
    await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 3 }));
    expect(await filter({ logGroupName })).toEqual(['young']);
    const stored = path.join(sandbox.stateDir, 'logs');
    const texts = readdirSync(stored).map((name) => readFileSync(path.join(stored, name), 'utf8'));
    expect(texts.some((text) => text.includes(secret))).toBe(false);
    await logs.send(new DeleteRetentionPolicyCommand({ logGroupName }));
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
    expect(logGroups?.[0]?.retentionInDays).toBeUndefined();
  });

  test('events, groups and places in a stream stay over a restart', async () => {
    const first = await startTestSandbox();
    const client = new CloudWatchLogsClient(clientOptions(first.endpoint));
    const name = { logGroupName: '/kept', logStreamName: 'one' };
    await client.send(new CreateLogGroupCommand(name));
    await client.send(new CreateLogStreamCommand(name));
    const write = (message: string) =>
      client.send(new PutLogEventsCommand({ ...name, logEvents: [{ timestamp: start, message }] }));
    await write('before');
    const { nextForwardToken } = await client.send(new GetLogEventsCommand(name));
    await first.close();
    const second = await startTestSandbox({ stateDir: first.stateDir, port: first.port });
    await write('after');
    const { events } = await client.send(new GetLogEventsCommand({ ...name, nextToken: nextForwardToken }));
    expect(events?.map(({ message }) => message)).toEqual(['after']);
    const all = await client.send(new FilterLogEventsCommand({ logGroupName: '/kept' }));
    expect(all.events?.map(({ message }) => message)).toEqual(['before', 'after']);
    client.destroy();
    await second.stop();
  });
});

describe('what containers write', () => {
  const openLogs = (lines: string[] = []) =>
    createLogs({
      saved: { value: emptyLogsState(), save: async () => {} },
      folder: mkdtempSync(path.join(folder, 'sink-')),
      now: Date.now,
      log: (line) => lines.push(line),
    });

  test('needs a group, which can be made on the way', () => {
    const { sink, close } = openLogs();
    expect(() => sink.createLogStream('/g', 's')).toThrow('The specified log group does not exist.');
    expect(sink.hasLogGroup('/g')).toBe(false);
    sink.ensureLogGroup('/g');
    sink.createLogStream('/g', 's');
    sink.createLogStream('/g', 's');
    expect(sink.hasLogGroup('/g')).toBe(true);
    close();
  });

  test('keeps its order when two lines’ stamps are swapped', async () => {
    const { sink, actions, close } = openLogs();
    sink.ensureLogGroup('/g');
    sink.createLogStream('/g', 's');
    sink.put('/g', 's', [{ timestamp: start + 5, message: 'first' }]);
    sink.put('/g', 's', [{ timestamp: start + 3, message: 'second' }]);
    expect(await actions.FilterLogEvents?.({ logGroupName: '/g' })).toMatchObject({
      events: [{ message: 'first' }, { message: 'second' }],
    });
    close();
  });

  test('is lost, and said so, when its stream was deleted; the sandbox goes on', () => {
    const lines: string[] = [];
    const { sink, close } = openLogs(lines);
    sink.ensureLogGroup('/g');
    sink.put('/g', 'gone', [{ timestamp: start, message: 'x' }]);
    expect(lines).toEqual(['logs: lines of gone are lost: The specified log stream does not exist.']);
    close();
  });
});

describe('the file of a stream', () => {
  const newPath = () => path.join(folder, `${randomBytes(6).toString('hex')}.jsonl`);
  const event = (t: number, m: string) => ({ t, i: t, m });
  const all = (file: ReturnType<typeof openLogFile>) => file.blocks.flatMap((block) => file.read(block));

  test('loses only the line that a crash cut short', () => {
    const file = newPath();
    openLogFile(file).append([event(1, 'whole'), event(2, 'whole too')]);
    appendFileSync(file, '{"t":3,"i":3,"m":"to');
    const again = openLogFile(file);
    again.append([event(4, 'next')]);
    expect(all(openLogFile(file)).map(({ m }) => m)).toEqual(['whole', 'whole too', 'next']);
  });

  test('keeps in memory one entry for many lines, and the same ones after it is opened again', () => {
    const file = newPath();
    const written = openLogFile(file);
    written.append(Array.from({ length: 5000 }, (_, n) => event(n, `line ${n} ${'x'.repeat(60)}`)));
    expect(written.blocks.length).toBeLessThan(12);
    expect(all(written)).toHaveLength(5000);
    expect(openLogFile(file).blocks).toEqual(written.blocks);
  });

  test('takes a line that is longer than a block', () => {
    const file = newPath();
    const long = 'ä'.repeat(200_000);
    openLogFile(file).append([event(1, 'before'), event(2, long), event(3, 'after')]);
    expect(all(openLogFile(file)).map(({ m }) => m)).toEqual(['before', long, 'after']);
  });

  test('forgets its oldest blocks, and its places stay the same', () => {
    const file = newPath();
    const stream = openLogFile(file);
    stream.append(Array.from({ length: 3000 }, (_, n) => event(n, 'x'.repeat(100))));
    const kept = all(stream).at(-1);
    const before = statSync(file).size;
    stream.dropBefore(2900);
    expect(statSync(file).size).toBeLessThan(before / 4);
    expect(all(stream).at(-1)).toEqual(kept);
    stream.append([event(3001, 'more')]);
    expect(all(stream).at(-1)?.m).toBe('more');
    stream.dropBefore(Number.MAX_SAFE_INTEGER);
    expect([all(stream), statSync(file).size]).toEqual([[], 0]);
  });

  test('is read in the order of time whatever the order in which lines came, forwards, backwards and from any place', () => {
    const times = fc.array(fc.array(fc.nat(50), { maxLength: 400 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(times, fc.boolean(), (streams, backwards) => {
        const files = new Map(
          streams.map((list, n) => {
            const file = openLogFile(newPath());
            file.append(list.map((t, at) => event(t, `${n} ${at} ${'x'.repeat(900)}`)));
            return [String(n), file] as const;
          }),
        );
        const range = { from: 5, to: 45, backwards };
        const read = [...eventsInOrder(files, range)];
        const expected = streams
          .flatMap((list, n) => list.map((t, at) => ({ t, n, at })))
          .filter(({ t }) => t >= 5 && t <= 45)
          .sort((a, b) => (a.t - b.t || a.n - b.n || a.at - b.at) * (backwards ? -1 : 1));
        expect(read.map(({ m }) => m.slice(0, m.indexOf(' x')))).toEqual(expected.map(({ n, at }) => `${n} ${at}`));
        const middle = read[Math.floor(read.length / 2)];
        if (!middle) return;
        const past = [middle.t, middle.stream, middle.offset] as const;
        expect([...eventsInOrder(files, { ...range, past })]).toEqual(read.slice(Math.floor(read.length / 2) + 1));
      }),
      { numRuns: 30, seed: 1 },
    );
  });
});
