import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { endToEnd, forwardedHeaders, isIdempotent, requestHead } from './proxyHeaders.ts';
import { checkTarget } from './targetHealth.ts';

interface Target {
  id: string;
  port: number;
  healthy: boolean;
  /** Requests and tunnels that are under way, each with the way to end it. */
  underWay: Set<() => void>;
  stopChecks: AbortController;
  idle?: () => void;
}

export type LoadBalancer = ReturnType<typeof createLoadBalancer>;

/** How long a task that is taken off may finish its requests. */
export const deregistrationDelayMs = 10_000;
const idleTimeoutMs = 60_000;
/** A body up to this size is kept, so that it can be sent again to another task. */
const replayableBytes = 64 * 1024;

/**
 * One service's stable local URL: an HTTP/1.1 proxy on 127.0.0.1 that sends requests to healthy tasks only, in turn.
 * `onHealth` hears every change of a target's health, with the reason in the words of an Application Load Balancer.
 */
export function createLoadBalancer(service: {
  /** Path of the health check; undefined when nobody named one. */
  healthPath(): string | undefined;
  graceMs(): number;
  onHealth(id: string, healthy: boolean, reason: string): void;
}) {
  const targets = new Map<string, Target>();
  let turn = 0;
  const server = createServer({ keepAlive: true }, (incoming, outgoing) => {
    // What Node finds fit to receive but not to send is refused, and never ends the process.
    handle(incoming, outgoing).catch(() => answer(outgoing, 400, 'The request cannot be passed on.'));
  });
  // Longer than clients keep theirs: a connection that closes just as a request is sent loses it.
  server.keepAliveTimeout = 75_000;
  server.on('upgrade', (incoming, socket, head) => tunnel(incoming, socket as Socket, head));
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });

  function next(tried: Set<string>): Target | undefined {
    const able = [...targets.values()].filter((one) => one.healthy && !tried.has(one.id));
    turn += 1;
    return able[turn % able.length];
  }

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    outgoing.on('error', () => {});
    const body = await keepSmallBody(incoming).catch(() => undefined);
    if (outgoing.destroyed) return;
    const tried = new Set<string>();
    for (let target = next(tried); target !== undefined; target = next(tried)) {
      tried.add(target.id);
      const outcome = await forward(target, incoming, outgoing, body);
      if (outcome === 'answered') return;
      const again = body !== undefined && (outcome === 'refused' || isIdempotent(incoming.method));
      if (!again) return answer(outgoing, 502, 'The task closed the connection without an answer.');
    }
    answer(
      outgoing,
      tried.size > 0 ? 502 : 503,
      tried.size > 0 ? 'No task took the request.' : 'No healthy task is running for this service yet.',
    );
  }

  function forward(target: Target, incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer | undefined) {
    return new Promise<'answered' | 'refused' | 'reset'>((resolve) => {
      const upstream = request({
        host: '127.0.0.1',
        port: target.port,
        method: incoming.method,
        path: incoming.url,
        headers: forwardedHeaders(incoming),
        setHost: false,
        // A connection per request: one that the task closes while it idles would lose the request sent into it.
        agent: false,
      });
      const done = track(target, () => upstream.destroy());
      const settle = (outcome: 'answered' | 'refused' | 'reset') => {
        done();
        resolve(outcome);
      };
      outgoing.once('close', () => upstream.destroy());
      upstream.setTimeout(idleTimeoutMs, () => upstream.destroy());
      upstream.on('error', (error: NodeJS.ErrnoException) => {
        if (outgoing.headersSent) outgoing.destroy();
        if (outgoing.headersSent || outgoing.destroyed) settle('answered');
        else settle(error.code === 'ECONNREFUSED' ? 'refused' : 'reset');
      });
      upstream.on('response', (response) => {
        try {
          outgoing.writeHead(response.statusCode ?? 502, response.statusMessage, endToEnd(response.rawHeaders));
        } catch {
          answer(outgoing, 502, 'The task gave an answer that is not HTTP.');
          upstream.destroy();
        }
        response.pipe(outgoing);
        response.on('error', () => outgoing.destroy());
        response.on('close', () => {
          if (!response.complete) outgoing.destroy();
          settle('answered');
        });
      });
      if (body !== undefined) upstream.end(body);
      else incoming.pipe(upstream);
    });
  }

  /** WebSocket and other upgrades: the two connections are joined as they are. */
  function tunnel(incoming: IncomingMessage, socket: Socket, head: Buffer): void {
    socket.on('error', () => {});
    const target = next(new Set());
    if (target === undefined) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
      return;
    }
    const upstream = connect(target.port, '127.0.0.1');
    const done = track(target, () => upstream.destroy());
    upstream.on('error', () => {});
    upstream.on('close', () => {
      done();
      socket.destroy();
    });
    socket.on('close', () => upstream.destroy());
    upstream.write(requestHead(incoming));
    upstream.write(head);
    socket.pipe(upstream).pipe(socket);
  }

  return {
    /** @returns the port: the one asked for, or any free one where none is given or it is taken. */
    async listen(port?: number): Promise<number> {
      const listening = (wanted: number) =>
        new Promise<void>((resolve, reject) => {
          server.once('error', reject).listen(wanted, '127.0.0.1', () => {
            server.off('error', reject);
            resolve();
          });
        });
      await listening(port ?? 0).catch(() => listening(0));
      server.on('error', () => {});
      return (server.address() as AddressInfo).port;
    },

    /** From now on the task is checked, and gets requests once it is healthy. */
    register(id: string, port: number, healthy = false): void {
      if (targets.has(id)) return;
      const target: Target = {
        id,
        port,
        healthy,
        underWay: new Set(),
        stopChecks: new AbortController(),
      };
      targets.set(id, target);
      void checkTarget({ port, healthy, signal: target.stopChecks.signal, ...service }, (isHealthy, reason) => {
        target.healthy = isHealthy;
        service.onHealth(id, isHealthy, reason);
      });
    },

    /** No new requests; resolves when the last one has ended, or the deregistration delay is over. */
    async deregister(id: string): Promise<void> {
      const target = targets.get(id);
      if (target === undefined) return;
      targets.delete(id);
      target.stopChecks.abort();
      if (target.underWay.size === 0) return;
      const over = new AbortController();
      const idle = new Promise<void>((resolve) => {
        target.idle = resolve;
      });
      await Promise.race([idle, sleep(deregistrationDelayMs, undefined, { signal: over.signal }).catch(() => {})]);
      over.abort();
      for (const end of target.underWay) end();
    },

    async close(): Promise<void> {
      for (const target of targets.values()) {
        target.stopChecks.abort();
        // The server does not know the tunnels as its own, yet would wait for them.
        for (const end of target.underWay) end();
      }
      targets.clear();
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

function track(target: Target, end: () => void): () => void {
  target.underWay.add(end);
  return () => {
    target.underWay.delete(end);
    if (target.underWay.size === 0) target.idle?.();
  };
}

/** The whole body when it is small, and undefined for one that is long or of unknown length: that is streamed. */
async function keepSmallBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const length = incoming.headers['transfer-encoding']
    ? Number.POSITIVE_INFINITY
    : Number(incoming.headers['content-length'] ?? 0);
  if (length > replayableBytes) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function answer(outgoing: ServerResponse, status: number, sentence: string): void {
  if (outgoing.destroyed) return;
  outgoing.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${sentence}\n`);
}
