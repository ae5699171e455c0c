import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';

/** The real engine behind a socket of our own, so that a test can cut, hold or refuse what passes. */
export interface DockerProxy {
  docker: Docker;
  /** Breaks every connection and takes no new one. */
  kill(): void;
  close(): Promise<void>;
}

export interface ProxyFaults {
  /** Paths that are answered with 404 in the engine's place. */
  missing?: (path: string) => boolean;
  /** Paths whose requests are taken and never answered. */
  silent?: (path: string) => boolean;
  /** Sees every piece of the engine's answers. */
  onAnswer?: (text: string, proxy: DockerProxy) => void;
}

export async function startDockerProxy(faults: ProxyFaults = {}): Promise<DockerProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'docker-proxy-'));
  const socketPath = join(folder, 'docker.sock');
  const sockets = new Set<Socket>();
  const server = createServer((client) => serve(client));
  const kill = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  const proxy: DockerProxy = {
    // One connection for each request, so that its first bytes tell its path.
    docker: new Docker({ socketPath, ...{ agent: new Agent({ keepAlive: false }) } }),
    kill,
    close: async () => {
      kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await listen(server, socketPath);
  return proxy;

  function serve(client: Socket): void {
    track(client);
    client.once('data', (first) => {
      const path = /^\w+ (\S+)/.exec(first.toString('latin1'))?.[1] ?? '';
      if (faults.silent?.(path)) return;
      if (faults.missing?.(path)) return void client.end(notFound);
      const engine = track(connect(enginePath()));
      engine.write(first);
      client.pipe(engine);
      engine.on('data', (piece) => faults.onAnswer?.(piece.toString('latin1'), proxy));
      engine.pipe(client);
    });
  }

  function track(socket: Socket): Socket {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    return socket;
  }
}

const notFound =
  'HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 29\r\nConnection: close\r\n\r\n{"message": "page not found"}';

function enginePath(): string {
  return process.env.DOCKER_HOST?.replace(/^unix:\/\//, '') || '/var/run/docker.sock';
}

async function listen(server: Server, path: string): Promise<void> {
  server.listen(path);
  await once(server, 'listening');
}
