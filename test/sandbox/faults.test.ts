import { once } from 'node:events';
import { connect } from 'node:net';
import { CreateRepositoryCommand, DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFaults, type Fault } from '../../src/sandbox/faults.ts';
import { clientOptions, startTestSandbox } from '../support/sandbox.ts';

let sandbox: Awaited<ReturnType<typeof startTestSandbox>>;
let ecr: ECRClient;
let sts: STSClient;

beforeAll(async () => {
  sandbox = await startTestSandbox();
  ecr = new ECRClient({ ...clientOptions(sandbox.endpoint), maxAttempts: 1 });
  sts = new STSClient({ ...clientOptions(sandbox.endpoint), maxAttempts: 1 });
});

afterAll(async () => {
  for (const client of [ecr, sts]) client?.destroy();
  await sandbox?.stop();
});

beforeEach(() => sandbox.faults.clear());

const describeAll = () => ecr.send(new DescribeRepositoriesCommand({}));
const thrownBy = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error) => error,
  );

describe('a rule', () => {
  const fault: Fault = { kind: 'throttle' };

  test('meets the nth call and as many more as it counts', () => {
    const faults = createFaults();
    faults.add({ action: 'X', nth: 2, count: 2, fault });
    expect([1, 2, 3, 4].map(() => faults.next('ecs', 'X')?.kind)).toEqual([
      undefined,
      'throttle',
      'throttle',
      undefined,
    ]);
  });

  test('means one service when it names it', () => {
    const faults = createFaults();
    faults.add({ action: 'logs:TagResource', fault });
    expect(faults.next('ecs', 'TagResource')).toBeUndefined();
    expect(faults.next('logs', 'TagResource')).toEqual(fault);
  });

  test.each([
    [{ fault }],
    [{ action: 'X', fault: { kind: 'explode' } }],
    [{ action: 'X', nth: 0, fault }],
    [{ action: 'X', count: 1.5, fault }],
    [undefined],
  ])('that could never happen is refused: %j', (rule) => {
    expect(() => createFaults().add(rule as never)).toThrow(TypeError);
  });
});

describe('an AWS action', () => {
  test.each([
    ['throttle', 'ThrottlingException', 'Rate exceeded', 400],
    ['error500', 'InternalFailure', 'unknown error', 500],
    ['expiredToken', 'ExpiredTokenException', 'The security token included in the request is expired', 400],
    [
      'accessDenied',
      'AccessDeniedException',
      'is not authorized to perform: ecr:DescribeRepositories on resource:',
      400,
    ],
    ['notFound', 'ResourceNotFoundException', 'Requested resource not found', 400],
  ] as const)('is refused with %s, once', async (kind, name, message, status) => {
    sandbox.faults.add({ action: 'DescribeRepositories', fault: { kind } });
    const error = await thrownBy(describeAll());
    expect([error.name, error.$metadata.httpStatusCode]).toEqual([name, status]);
    expect(error.message).toContain(message);
    await describeAll();
  });

  test('is refused in XML where the service speaks it', async () => {
    sandbox.faults.add({ action: 'GetCallerIdentity', fault: { kind: 'expiredToken' } });
    expect((await thrownBy(sts.send(new GetCallerIdentityCommand({})))).name).toBe('ExpiredTokenException');
  });

  test('is answered with a page of HTML', async () => {
    sandbox.faults.add({ action: 'DescribeRepositories', fault: { kind: 'error503html' } });
    const error = await thrownBy(describeAll());
    expect(error.$metadata?.httpStatusCode ?? error.$response?.statusCode).toBe(503);
  });

  test('happens although its answer is cut', async () => {
    sandbox.faults.add({ action: 'CreateRepository', fault: { kind: 'cut' } });
    const error = await thrownBy(ecr.send(new CreateRepositoryCommand({ repositoryName: 'cut-off' })));
    expect(error).toBeInstanceOf(Error);
    const { repositories } = await describeAll();
    expect(repositories?.map(({ repositoryName }) => repositoryName)).toContain('cut-off');
  });

  test('is answered late', async () => {
    sandbox.faults.add({ action: 'DescribeRepositories', fault: { kind: 'delay', ms: 1500 } });
    const order: string[] = [];
    const late = describeAll().then(() => order.push('late'));
    // The sandbox counts the calls as they come, and the second one has no fault.
    await sts.send(new GetCallerIdentityCommand({})).then(() => order.push('other'));
    await late;
    expect(order).toEqual(['other', 'late']);
  });

  test('is not answered at all, until the connection ends', async () => {
    sandbox.faults.add({ action: 'DescribeRepositories', fault: { kind: 'silence', ms: 100 } });
    expect((await thrownBy(describeAll())).code).toBe('ECONNRESET');
  });
});

describe('the registry', () => {
  test.each([
    ['throttle', 429, 'TOOMANYREQUESTS'],
    ['error500', 500, 'UNKNOWN'],
    ['expiredToken', 403, 'DENIED'],
    ['accessDenied', 403, 'DENIED'],
    ['notFound', 404, 'MANIFEST_UNKNOWN'],
  ] as const)('refuses with %s', async (kind, status, code) => {
    sandbox.faults.add({ action: 'registry:PUT manifest', fault: { kind } });
    const response = await fetch(`${sandbox.endpoint}/v2/a/b/manifests/v1`, {
      method: 'PUT',
      body: 'x'.repeat(100_000),
    });
    const { errors } = (await response.json()) as { errors: { code: string }[] };
    expect([response.status, errors[0]?.code]).toEqual([status, code]);
  });

  test.each(['throttle', 'error503html'] as const)(
    'reads a layer to its end before it refuses with %s',
    async (kind) => {
      sandbox.faults.add({ action: 'registry:PATCH blob', fault: { kind } });
      // As the Docker engine does: it asks for the connection to be closed, and reads the answer when all is sent.
      const socket = connect(sandbox.port, '127.0.0.1');
      const size = 30_000_000;
      socket.write(
        `PATCH /v2/a/b/blobs/uploads/x HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-length: ${size}\r\n\r\n`,
      );
      await new Promise<void>((resolve, reject) => {
        socket.write(Buffer.alloc(size), (error) => (error ? reject(error) : resolve()));
      });
      const [first] = (await once(socket, 'data')) as [Buffer];
      socket.destroy();
      const answer = Number(first.toString().split(' ')[1]);
      expect(answer).toBe(kind === 'throttle' ? 429 : 503);
    },
  );

  test.each(['cut', 'silence'] as const)('breaks the connection with %s', async (kind) => {
    sandbox.faults.add({ action: 'registry:POST upload', fault: { kind, ms: 50 } });
    await expect(fetch(`${sandbox.endpoint}/v2/a/b/blobs/uploads/`, { method: 'POST' })).rejects.toThrow();
  });
});

describe('over the admin door', () => {
  const door = (method: string, body?: string) =>
    fetch(`${sandbox.endpoint}/_sandbox/faults`, {
      method,
      headers: { 'x-deployotron-sandbox': '1' },
      ...(body && { body }),
    });

  test('a rule is added, listed and taken back', async () => {
    const rule = { action: 'DescribeRepositories', fault: { kind: 'throttle' } };
    expect((await door('POST', JSON.stringify(rule))).status).toBe(200);
    expect(await (await door('GET')).json()).toEqual([rule]);
    expect((await thrownBy(describeAll())).name).toBe('ThrottlingException');
    await door('DELETE');
    expect(await (await door('GET')).json()).toEqual([]);
  });

  test.each(['{}', 'not json', 'null'])('a rule that is none, %s, is refused', async (text) => {
    const response = await door('POST', text);
    expect(response.status).toBe(400);
    expect(await response.json()).toHaveProperty('message');
  });
});
