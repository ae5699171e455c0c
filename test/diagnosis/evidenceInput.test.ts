import { describe, expect, test } from 'vitest';
import { findCauses } from '../../src/diagnosis/evidenceInput.ts';
import { causesOfFailure } from '../../src/diagnosis/failures.ts';
import { fail } from '../../src/shared/errors.ts';

const crash = "Error: Cannot find module 'express'";
const ended = { stopCode: 'EssentialContainerExited', exitCode: 1 };

describe('How sure a cause is', () => {
  test('an error that ended the app is certain, the same line in a log alone is not', () => {
    expect(findCauses({ ...ended, log: crash })[0]).toMatchObject({ code: 'L10', certainty: 'certain' });
    expect(findCauses({ log: crash })[0]).toMatchObject({ code: 'L10', certainty: 'likely' });
  });

  test('of two errors that have nothing in common the last one comes first, and is not called certain', () => {
    const log = [crash, 'going on without it', 'Error: connect ECONNREFUSED 10.0.0.9:5432'];
    expect(findCauses({ ...ended, log })).toMatchObject([
      { code: 'L62', certainty: 'likely' },
      { code: 'L10', certainty: 'likely' },
    ]);
  });

  test('an exit code alone is one of several possible causes', () => {
    expect(findCauses(ended)).toMatchObject([{ code: 'S28', certainty: 'possible' }]);
  });
});

describe('What can be done about it', () => {
  test.each([
    [{ exitCode: 137, containerReason: 'OutOfMemoryError', memory: 512 }, 'raise-memory', { cpu: 256, memory: 1024 }],
    [
      {
        stoppedReason:
          "CannotPullContainerError: image Manifest does not contain descriptor matching platform 'linux/amd64'",
      },
      'rebuild',
      { platform: 'linux/amd64' },
    ],
    [{ ...ended, log: "KeyError: 'DATABASE_URL'" }, 'set-variable', { variable: 'DATABASE_URL' }],
    [
      { apiError: "Invalid 'cpu' setting for task", cpu: 256, memory: 4096 },
      'raise-memory',
      { cpu: 512, memory: 4096 },
    ],
    [
      { buildLog: "src/app.ts(3,9): error TS2304: Cannot find name 'foo'." },
      'open-file',
      { file: 'src/app.ts', line: 3, column: 9 },
    ],
    [
      { buildLog: 'dockerfile parse error line 3: unknown instruction: RUNN' },
      'open-file',
      { file: 'Dockerfile', line: 3 },
    ],
    [
      { ...ended, log: 'Error: odd\n    at run (/app/node_modules/x/i.js:1:1)\n    at boot (/app/server.js:3:9)' },
      'open-file',
      { file: '/app/server.js', line: 3, column: 9 },
    ],
    [
      {
        events: [
          '(service web) (port 3000) is unhealthy in (target-group x) due to (reason Health checks failed with these codes: [404]).',
        ],
      },
      'set-health-path',
      undefined,
    ],
    [
      {
        events: ['(service web) (port 3000) is unhealthy in (target-group x) due to (reason Request timed out).'],
        log: 'listening on port 4000',
        port: 3000,
      },
      'set-port',
      { port: 4000 },
    ],
    [{ stoppedReason: 'Timeout waiting for EphemeralStorage provisioning to complete.' }, 'retry', undefined],
  ])('%j', (evidence, action, parameters) => {
    const [first] = findCauses(evidence);
    expect(first?.action).toBe(action);
    expect(first?.parameters).toEqual(parameters);
  });
});

describe('A log of megabytes', () => {
  const noise = Array.from({ length: 40_000 }, (_, n) => `GET /api/items/${n} 200 served from cache, no errors`).join(
    '\n',
  );

  test.each([
    ['at its beginning', `${crash}\n${noise}`],
    ['in its middle', `${noise}\n${crash}\n${noise}`],
    ['at its end', `${noise}\n${crash}`],
  ])('tells the error %s', (_, log) => {
    expect(findCauses({ ...ended, log })[0]?.code).toBe('L10');
  });

  test('shows the lines around it', () => {
    const log = `${noise}\nbefore\n${crash}\nRequire stack:\n${noise}`;
    expect(findCauses({ ...ended, log })[0]?.lines).toEqual(
      expect.arrayContaining(['before', crash, 'Require stack:']),
    );
  });
});

describe('How the rollout stood', () => {
  test.each([
    [{ state: 'waiting', seconds: 240, running: 0, desired: 2 }, 'S74'],
    [{ state: 'replaced', revision: 'web:7' }, 'S75'],
    [{ state: 'first' }, 'S76'],
  ] as const)('%j', (state, code) => {
    expect(findCauses({ state })).toMatchObject([{ code }]);
  });

  test('a short wait is none', () => {
    expect(findCauses({ state: { state: 'waiting', seconds: 100, running: 0, desired: 1 } })).toEqual([]);
  });
});

describe('What fails before the rollout', () => {
  test('a build is explained by the lines of its log', () => {
    const log = `== Clone repository\nnpm ERR! Missing script: "old"\n== Build image\nsrc/app.ts(3,9): error TS2304: Cannot find name 'foo'.\n`;
    const { failure } = fail('BuildFailed', 'RUN npm run build', 'exit code: 2');
    expect(causesOfFailure(failure, log)).toMatchObject([{ code: 'B50', action: 'open-file' }]);
  });

  test('what the failure says itself is not repeated as a cause', () => {
    const { failure } = fail('BuildFailed', 'RUN make', 'The command /bin/sh -c make returned a non-zero code: 2');
    expect(causesOfFailure(failure, '')).toEqual([]);
    expect(causesOfFailure(fail('Cancelled').failure, crash)).toEqual([]);
  });
});
