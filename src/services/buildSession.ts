import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { MethodDefinition, ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import type Dockerode from 'dockerode';
import { messageBytes, textOf } from './protobuf.ts';

/** A login to one registry. */
export interface RegistryLogin {
  /** Of the registry, with its port. */
  host: string;
  username: string;
  password: string;
}

/**
 * The line on which BuildKit asks back while it builds: for logins. Without one it cannot even ask a registry for an
 * anonymous token. dockerode's own session answers every registry with the same login; this one gives each registry its
 * own, and the others none. Fails with the engine's status 404 where there is no BuildKit.
 */
export async function openSession(
  docker: Dockerode,
  logins: readonly RegistryLogin[],
  signal: AbortSignal,
): Promise<{ id: string; close(): void }> {
  const { Server, ServerCredentials } = await import('@grpc/grpc-js');
  const id = randomUUID();
  const socket = await dial(docker, id, signal);
  const server = new Server();
  server.createConnectionInjector(ServerCredentials.createInsecure()).injectConnection(socket);
  server.addService(
    { Credentials: credentials },
    {
      Credentials: ({ request }: ServerUnaryCall<string, Login>, answer: sendUnaryData<Login>) =>
        answer(
          null,
          logins.find(({ host }) => host === request),
        ),
    },
  );
  return {
    id,
    close() {
      server.forceShutdown();
      socket.end();
    },
  };
}

type Login = RegistryLogin | undefined;

/** moby/buildkit session/auth/auth.proto: CredentialsRequest has the host, CredentialsResponse name and secret. */
const credentials: MethodDefinition<string, Login> = {
  path: '/moby.filesync.v1.Auth/Credentials',
  requestStream: false,
  responseStream: false,
  requestSerialize: (host) => messageBytes([host]),
  requestDeserialize: (bytes) => textOf(bytes, 1),
  responseSerialize: (login) => messageBytes(login ? [login.username, login.password] : []),
  responseDeserialize: (bytes) => ({ host: '', username: textOf(bytes, 1), password: textOf(bytes, 2) }),
};

function dial(docker: Dockerode, id: string, signal: AbortSignal): Promise<Socket> {
  const options = {
    method: 'POST',
    path: '/session',
    hijack: true,
    abortSignal: signal,
    headers: { Upgrade: 'h2c', 'X-Docker-Expose-Session-Uuid': id, 'X-Docker-Expose-Session-Name': 'deployotron' },
    statusCodes: { 200: true, 500: 'server error' },
  };
  return new Promise((resolve, reject) => {
    const done = (error: unknown, socket: unknown) => (error ? reject(error) : resolve(socket as Socket));
    docker.modem.dial(options as never, done);
  });
}
