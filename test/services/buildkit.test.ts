import { expect, test } from 'vitest';
import { decodeTrace } from '../../src/services/buildkit.ts';
import { buildkitLog } from '../../src/services/buildkitLog.ts';
import { recordHooks } from './dockerHooks.ts';

/** Length-delimited field, as in https://protobuf.dev/programming-guides/encoding. */
const bytes = (field: number, value: Buffer | string) => {
  const body = Buffer.from(value as string);
  return Buffer.concat([varint(field * 8 + 2), varint(body.length), body]);
};
const number = (field: number, value: number) => Buffer.concat([varint(field * 8), varint(value)]);
const time = (field: number, seconds: number) => bytes(field, number(1, seconds));

function varint(value: number): Buffer {
  const out: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...out, rest]);
    out.push((rest % 128) + 128);
  }
}

const traceOf = (...parts: Buffer[]) => Buffer.concat(parts).toString('base64');
const vertex = (digest: string, name: string, ...more: Buffer[]) =>
  bytes(1, Buffer.concat([bytes(1, digest), bytes(3, name), ...more]));
const item = (...parts: Buffer[]) => ({ id: 'moby.buildkit.trace', aux: traceOf(...parts) });

test('reads vertexes, output as text, transfers and warnings, and passes over fields that it does not know', () => {
  const trace = decodeTrace(
    traceOf(
      vertex(
        'sha256:a',
        '[1/1] RUN ü',
        bytes(2, 'sha256:b'),
        number(4, 1),
        time(5, 1_700_000_000),
        time(6, 1_700_000_003),
      ),
      bytes(
        2,
        Buffer.concat([bytes(1, 'layer'), bytes(2, 'sha256:a'), number(4, 3_000_000_000), number(5, 4_000_000_000)]),
      ),
      bytes(3, Buffer.concat([bytes(1, 'sha256:a'), number(3, 1), bytes(4, 'building ü\n')])),
      bytes(4, bytes(3, 'a warning')),
      bytes(99, 'of a later version'),
    ),
  );
  expect(trace.vertexes).toEqual([
    {
      digest: 'sha256:a',
      name: '[1/1] RUN ü',
      cached: true,
      started: true,
      completed: true,
      startedAt: 1_700_000_000,
      completedAt: 1_700_000_003,
      seconds: 3,
      error: '',
    },
  ]);
  expect(trace.statuses[0]).toMatchObject({
    id: 'layer',
    current: 3_000_000_000,
    total: 4_000_000_000,
    completed: false,
  });
  expect(trace.logs).toEqual([{ vertex: 'sha256:a', text: 'building ü\n' }]);
  expect(trace.warnings).toEqual(['a warning']);
});

test('a message that is cut off is an error, not an endless loop', () => {
  const whole = Buffer.from(traceOf(vertex('sha256:a', 'x')), 'base64');
  for (let length = 1; length < whole.length; length++) {
    expect(() => decodeTrace(whole.subarray(0, length).toString('base64'))).toThrow(RangeError);
  }
});

test('output is cut into lines, whatever pieces it comes in, and a progress bar leaves its last state', () => {
  const hooks = recordHooks();
  const log = buildkitLog(hooks);
  const said = (text: string) => bytes(3, Buffer.concat([bytes(1, 'v'), bytes(4, text)]));
  log.take(item(vertex('v', '[2/2] RUN x', time(5, 1))));
  log.take(item(said('first\nsec')));
  log.take(item(said('ond\r\n10%\r20%\r100%\n\u001b[31mred\u001b[0m')));
  log.take(item(vertex('v', '[2/2] RUN x', time(5, 1), time(6, 3))));
  log.take(item(vertex('v', '[2/2] RUN x', time(5, 1), time(6, 3))));
  expect(hooks.lines).toEqual(['#1 [2/2] RUN x', '#1 first', '#1 second', '#1 100%', '#1 red', '#1 DONE 2.0s']);
});

test('while a base image comes, its bytes are the progress', () => {
  const hooks = recordHooks();
  const log = buildkitLog(hooks);
  const transfer = (id: string, current: number) =>
    bytes(2, Buffer.concat([bytes(1, id), bytes(2, 'v'), number(4, current), number(5, 10_000_000)]));
  const from = vertex('v', '[1/2] FROM docker.io/library/node:22@sha256:abc', time(5, 1));
  log.take(item(from, vertex('w', '[2/2] COPY . .'), transfer('a', 1_000_000), transfer('b', 4_000_000)));
  expect(hooks.details).toEqual(['step 1 of 2: FROM node:22@sha256:abc (5.0 of 20.0 MB)']);
  expect(hooks.fractions[0]).toBeCloseTo(0.25 / 3);
});

test('the step that failed is told, not the one that was stopped because of it', () => {
  const log = buildkitLog(recordHooks());
  log.take(
    item(
      vertex('a', '[build 2/2] RUN slow', time(5, 1), time(6, 2), bytes(7, 'context canceled: context canceled')),
      vertex('b', '[stage-1 2/3] RUN broken', time(5, 1), time(6, 2), bytes(7, 'exit code: 1')),
    ),
  );
  expect(log.failing().instruction).toBe('RUN broken');
});

test('counts instructions whose numbers are padded, as BuildKit does from ten on', () => {
  const hooks = recordHooks();
  const log = buildkitLog(hooks);
  log.take(item(vertex('sha256:a', '[build  9/10] RUN true', time(5, 1), time(6, 2))));
  log.take(item(vertex('sha256:b', '[build 10/10] RUN true', time(5, 2))));
  expect(hooks.details.at(-1)).toContain('step 2 of 2');
});
