import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildCli } from '../e2e/cli.ts';

let cli: Awaited<ReturnType<typeof buildCli>>;
const folder = mkdtempSync(path.join(tmpdir(), 'deployotron-diagnose-'));
const env = { DEPLOYOTRON_HOME: path.join(folder, 'home') };

beforeAll(async () => {
  cli = await buildCli();
});

afterAll(() => {
  cli?.remove();
  rmSync(folder, { recursive: true, force: true });
});

function evidenceFile(value: unknown): string {
  const file = path.join(folder, `${Math.random()}.json`);
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
}

async function diagnose(value: unknown, ...more: string[]) {
  return cli.run(['diagnose', '--evidence', evidenceFile(value), ...more], env);
}

describe('deployotron diagnose --evidence', () => {
  test('answers with the causes, best first, and what can be done about them', async () => {
    const evidence = {
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'OutOfMemoryError: Container killed due to memory usage',
      exitCode: 137,
      cpu: 256,
      memory: 2048,
      events: ['(service web) (deployment ecs-svc/1) deployment failed: tasks failed to start.'],
    };
    const { code, stdout } = await diagnose(evidence, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      causes: [
        {
          code: 'S23',
          cause: 'The app used up its 2048 MiB of memory and was killed.',
          certainty: 'certain',
          lines: ['OutOfMemoryError: Container killed due to memory usage', 'container: exit code 137'],
          remedy:
            'Give the task more memory, such as 3072 MiB (with 512 CPU units); if it is used up again, look for a leak.',
          action: 'raise-memory',
          parameters: { cpu: 512, memory: 3072 },
        },
      ],
    });
  });

  test('gives an empty list where nothing is known, and never the circuit breaker', async () => {
    const events = ['(service web) (deployment ecs-svc/1) deployment failed: tasks failed to start.'];
    const reason = 'ECS deployment circuit breaker: tasks failed to start.';
    expect((await diagnose({ events, stoppedReason: reason }, '--json')).stdout).toBe('{"causes":[]}\n');
    expect((await diagnose({}, '--json')).stdout).toBe('{"causes":[]}\n');
  });

  test('shows people a card', async () => {
    const { stdout } = await diagnose({ exitCode: 1, log: "Error: Cannot find module 'express'\n    at x" });
    expect(stdout).toMatch(/^✗ The module express is not installed in the image\.\n {2}│ /);
    expect(stdout).toMatch(/Add express to the dependencies.*\n$/);
  });

  test('reads stdin', async () => {
    const running = cli.start(['diagnose', '--evidence', '-', '--json'], env);
    running.child.stdin?.end(
      JSON.stringify({ apiError: { name: 'ClusterNotFoundException', message: 'Cluster not found.' } }),
    );
    expect(JSON.parse((await running.finished).stdout).causes[0]).toMatchObject({ code: 'S69', certainty: 'certain' });
  });

  test.each<[string, string, RegExp]>([
    ['no JSON', '{"exitCode": 1', /it is not JSON/],
    ['a list', '[]', /one JSON object/],
    ['a wrong type', '{"exitCode": "one"}', /exitCode must be a whole number/],
    ['another wrong type', '{"log": 7}', /log must be a text/],
  ])('says so when it is %s', async (_, text, says) => {
    const { code, stdout, stderr } = await diagnose(text, '--json');
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      failure: { code: 'EvidenceUnreadable', message: expect.stringMatching(says) },
    });
    expect(stderr).toBe('');
  });

  test('says so when the file is not there', async () => {
    const { code, stderr } = await cli.run(['diagnose', '--evidence', path.join(folder, 'gone.json')], env);
    expect(code).toBe(2);
    expect(stderr).toContain('cannot be opened');
  });

  test('without evidence and without a deployment there is a sentence', async () => {
    const { code, stderr } = await cli.run(['diagnose'], env);
    expect(code).toBe(2);
    expect(stderr).toContain('There is no deployment yet.');
  });
});
