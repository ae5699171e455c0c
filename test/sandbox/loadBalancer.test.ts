import { createHash } from 'node:crypto';
import { createServer, get, type RequestListener, request, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { createLoadBalancer } from '../../src/sandbox/loadBalancer.ts';
import { judge, type TargetHealth } from '../../src/sandbox/targetHealth.ts';
import { eventually } from '../support/ecsServer.ts';

const cleanUps: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
const target = (listener: RequestListener) => listen(createServer(listener));

async function balance(given: { healthPath?: string; graceMs?: number } = {}) {
  const heard: string[] = [];
  const balancer = createLoadBalancer({
    healthPath: () => given.healthPath,
    graceMs: () => given.graceMs ?? 0,
    onHealth: (id, healthy, reason) => heard.push(`${id} ${healthy ? 'healthy' : `unhealthy: ${reason}`}`),
  });
  const port = await balancer.listen();
  cleanUps.push(() => balancer.close());
  const hear = (what: string) =>
    eventually(
      () => heard,
      (all) => all.includes(what),
    );
  return { balancer, heard, hear, port, url: `http://127.0.0.1:${port}` };
}
const isCheck = (agent: string | undefined) => agent?.startsWith('ELB-HealthChecker') ?? false;

describe('the load balancer', () => {
  it('says in a sentence that no task is healthy yet', async () => {
    const { url } = await balance();
    const answer = await fetch(url);
    expect(answer.status).toBe(503);
    expect(await answer.text()).toMatch(/^No healthy task is running for this service yet\.\n$/);
  });

  it('goes to healthy targets in turn', async () => {
    const { balancer, url, hear } = await balance();
    for (const name of ['a', 'b']) balancer.register(name, await target((_, response) => response.end(name)));
    balancer.register('bad', await target((_, response) => response.writeHead(500).end('bad')));
    await hear('a healthy');
    await hear('b healthy');
    const answers: string[] = [];
    for (let count = 0; count < 10; count++) answers.push(await (await fetch(url)).text());
    expect(answers.filter((one) => one === 'a')).toHaveLength(5);
    expect(answers.filter((one) => one === 'b')).toHaveLength(5);
  });

  it('passes method, path, headers and body on, says for whom, and gives the answer as it is', async () => {
    const { balancer, url, port } = await balance();
    const echo = await target(async (incoming, response) => {
      let body = '';
      for await (const chunk of incoming) body += chunk;
      response.writeHead(201, 'Made', [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ]);
      response.end(JSON.stringify({ method: incoming.method, url: incoming.url, headers: incoming.headers, body }));
    });
    balancer.register('echo', echo, true);
    const headers = { 'x-forwarded-for': '10.0.0.1', 'x-own': 'yes' };
    const answer = await fetch(`${url}/a/b?c=d`, { method: 'POST', body: 'hello', headers });
    expect([answer.status, answer.statusText, answer.headers.getSetCookie()]).toEqual([201, 'Made', ['a=1', 'b=2']]);
    const seen = (await answer.json()) as { headers: Record<string, string> };
    expect(seen).toMatchObject({ method: 'POST', url: '/a/b?c=d', body: 'hello' });
    expect(seen.headers).toMatchObject({
      host: `127.0.0.1:${port}`,
      'x-own': 'yes',
      'x-forwarded-for': '10.0.0.1, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': String(port),
      'content-length': '5',
    });
  });

  it('streams bodies of any size both ways', async () => {
    const { balancer, url } = await balance();
    const hashing = await target(async (incoming, response) => {
      const hash = createHash('sha256');
      for await (const chunk of incoming) {
        hash.update(chunk);
        response.write(chunk);
      }
      response.addTrailers({});
      response.end(hash.digest('hex'));
    });
    balancer.register('hashing', hashing, true);
    const piece = Buffer.alloc(1024 * 1024, 'x');
    const body = Readable.toWeb(Readable.from(Array.from({ length: 20 }, () => piece))) as ReadableStream;
    const answer = await fetch(url, { method: 'PUT', body, duplex: 'half' } as RequestInit);
    const text = await answer.text();
    const expected = createHash('sha256')
      .update(Buffer.alloc(20 * piece.length, 'x'))
      .digest('hex');
    expect(text.length).toBe(20 * piece.length + 64);
    expect(text.slice(-64)).toBe(expected);
  });

  it('sends the first part of an answer on before the last is there', async () => {
    const { balancer, url } = await balance();
    let finish = () => {};
    const slow = await target((_, response) => {
      response.write('first');
      finish = () => response.end(' last');
    });
    balancer.register('slow', slow, true);
    const reader = (await fetch(url)).body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? '').toString()).toBe('first');
    finish();
    expect(Buffer.from((await reader?.read())?.value ?? '').toString()).toBe(' last');
  });

  it('asks another target when one is gone, and says 502 when none took it', async () => {
    const { balancer, url } = await balance();
    const reset = await listen(createTcpServer((socket) => socket.on('data', () => socket.destroy())));
    balancer.register('reset', reset, true);
    balancer.register('gone', 1, true);
    expect((await fetch(url)).status).toBe(502);
    balancer.register('good', await target((incoming, response) => incoming.pipe(response)), true);
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        fetch(url, { method: 'PUT', body: `body ${index}` }).then((one) => one.text()),
      ),
    );
    expect(answers).toEqual(Array.from({ length: 12 }, (_, index) => `body ${index}`));
  });

  it('does not repeat a POST that a target may have worked on', async () => {
    const { balancer, url } = await balance();
    let asked = 0;
    const dying = await listen(
      createTcpServer((socket) => {
        socket.on('data', (data) => {
          if (String(data).startsWith('POST')) asked += 1;
          socket.destroy();
        });
      }),
    );
    for (const name of ['a', 'b', 'c']) balancer.register(name, dying, true);
    expect((await fetch(url, { method: 'POST', body: 'pay' })).status).toBe(502);
    expect(asked).toBe(1);
  });

  it('joins WebSocket connections', async () => {
    const { balancer, port } = await balance();
    const server = createServer();
    server.on('upgrade', (incoming, socket) => {
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${incoming.headers.upgrade}\r\n\r\n`,
      );
      socket.on('data', (data: Buffer) => socket.write(`echo ${data}`));
      socket.on('error', () => {});
    });
    balancer.register('ws', await listen(server), true);
    const socket = connect(port, '127.0.0.1');
    cleanUps.push(() => socket.destroy());
    let received = '';
    socket.on('data', (data) => {
      received += data;
      if (received.endsWith('\r\n\r\n')) socket.write('hello');
    });
    socket.write('GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await eventually(
      () => received,
      (text) => text.endsWith('echo hello'),
    );
    expect(received).toMatch(/^HTTP\/1\.1 101 /);
  });

  it('lets a request end before its target is let go, and sends it no new one', async () => {
    const { balancer, url } = await balance();
    let finish = () => {};
    const order: string[] = [];
    const old = await target((incoming, response) => {
      if (isCheck(incoming.headers['user-agent'])) return response.end();
      finish = () => response.end('old');
    });
    balancer.register('old', old, true);
    const underWay = fetch(url).then(async (answer) => order.push(await answer.text()));
    await eventually(
      () => finish,
      (is) => String(is).includes('old'),
    );
    balancer.register('new', await target((_, response) => response.end('new')), true);
    const gone = balancer.deregister('old').then(() => order.push('gone'));
    expect(await (await fetch(url)).text()).toBe('new');
    expect(await (await fetch(url)).text()).toBe('new');
    finish();
    await Promise.all([underWay, gone]);
    expect(order.sort()).toEqual(['gone', 'old']);
  });

  it('gives up on a target when its client has gone', async () => {
    const { balancer, url } = await balance();
    let ended = false;
    const hanging = await target((incoming, response) => {
      if (isCheck(incoming.headers['user-agent'])) return response.end();
      response.on('close', () => {
        ended = true;
      });
      impatient.destroy();
    });
    balancer.register('hanging', hanging, true);
    const impatient = get(url);
    impatient.on('error', () => {});
    await eventually(() => ended, Boolean);
  });

  it('keeps a client connection open between requests', async () => {
    const { balancer, port } = await balance();
    balancer.register('a', await target((_, response) => response.end('a')), true);
    const socket = connect(port, '127.0.0.1');
    cleanUps.push(() => socket.destroy());
    let received = '';
    socket.on('data', (data) => {
      received += data;
    });
    for (let count = 1; count <= 3; count++) {
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      await eventually(
        () => received.match(/HTTP\/1\.1 200/g)?.length,
        (found) => found === count,
      );
    }
  });

  it('listens on loopback only, and again on the port that it had', async () => {
    const first = createLoadBalancer({ healthPath: () => undefined, graceMs: () => 0, onHealth() {} });
    const port = await first.listen();
    await first.close();
    const second = createLoadBalancer({ healthPath: () => undefined, graceMs: () => 0, onHealth() {} });
    cleanUps.push(() => second.close());
    expect(await second.listen(port)).toBe(port);
    const third = createLoadBalancer({ healthPath: () => undefined, graceMs: () => 0, onHealth() {} });
    cleanUps.push(() => third.close());
    expect(await third.listen(port)).not.toBe(port);
  });
});

describe('a health check', () => {
  const told = (answers: boolean[], start: TargetHealth['state'], inGrace = false) =>
    answers.reduce<TargetHealth>((health, good) => judge(health, good, inGrace), { state: start, against: 0 }).state;
  it.each([
    ['initial', [true], false, 'healthy'],
    ['initial', [false, false], false, 'initial'],
    ['initial', [false, false, false], false, 'unhealthy'],
    ['initial', [false, false, false, false], true, 'initial'],
    ['initial', [false, false, false, true], true, 'healthy'],
    ['healthy', [false, false], false, 'healthy'],
    ['healthy', [false, false, true, false, false], false, 'healthy'],
    ['healthy', [false, false, false], true, 'unhealthy'],
    ['unhealthy', [true], false, 'unhealthy'],
    ['unhealthy', [true, false, true], false, 'unhealthy'],
    ['unhealthy', [true, true], false, 'healthy'],
  ] as const)(
    'of a target that is %s and answers %j (grace period: %s) makes it %s',
    (start, answers, inGrace, end) => {
      expect(told([...answers], start, inGrace)).toBe(end);
    },
  );

  it('asks the path that was named, and tells the code', async () => {
    const { balancer, hear, heard } = await balance({ healthPath: '/up' });
    const onlyUp: RequestListener = (incoming, response) =>
      response.writeHead(incoming.url === '/up' ? 204 : 500).end();
    balancer.register('up', await target(onlyUp));
    balancer.register('down', await target((_, response) => response.writeHead(404).end()));
    await hear('up healthy');
    await hear('down unhealthy: Health checks failed with these codes: [404]');
    expect(heard).toHaveLength(2);
  });

  it('tells a silent target from one that refuses', async () => {
    const { balancer, hear } = await balance();
    balancer.register('silent', await listen(createTcpServer((socket) => socket.on('error', () => {}))));
    balancer.register('refusing', 1);
    await hear('refusing unhealthy: Health checks failed');
    await hear('silent unhealthy: Request timed out');
  }, 30_000);

  it('takes something that answers, but no HTTP, for alive where no path was named', async () => {
    const { balancer, hear } = await balance();
    balancer.register(
      'redis',
      await listen(createTcpServer((socket) => socket.on('data', () => socket.end('-ERR unknown command\r\n')))),
    );
    await hear('redis healthy');
  });
});

it('a request that is no good HTTP is refused without harm', async () => {
  const { balancer, port, url } = await balance();
  balancer.register('a', await target((_, response) => response.end('a')), true);
  const socket = connect(port, '127.0.0.1');
  cleanUps.push(() => socket.destroy());
  let received = '';
  socket.on('data', (data) => {
    received += data;
  });
  socket.write(Buffer.from('GET /\xe9 HTTP/1.1\r\nHost: x\r\n\r\n', 'latin1'));
  await eventually(
    () => received,
    (text) => text.startsWith('HTTP/1.1 400'),
  );
  expect(await (await fetch(url)).text()).toBe('a');
});

it('a request without a Host header is refused without harm', async () => {
  const { balancer, port, url } = await balance();
  balancer.register('a', await target((_, response) => response.end('a')), true);
  const bad = request({ port, host: '127.0.0.1', setHost: false });
  const status = await new Promise((resolve) =>
    bad.on('response', (response) => resolve(response.resume().statusCode)).end(),
  );
  expect(status).toBe(400);
  expect(await (await fetch(url)).text()).toBe('a');
});
