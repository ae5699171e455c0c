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

/** What a build may ask for. */
export interface SessionAnswers {
  logins: readonly RegistryLogin[];
  /** By the id that `RUN --mount=type=secret` names; so they stand in no argument, file or layer. */
  secrets: Readonly<Record<string, string>>;
}

/**
 * The line on which BuildKit asks back while it builds: for logins and secrets. Without one it cannot even ask a registry for an
 * anonymous token. dockerode's own session answers every registry with the same login; this one gives each registry its
 * own, and the others none. Fails with the engine's status 404 where there is no BuildKit.
 */
export async function openSession(
  docker: Dockerode,
  { logins, secrets }: SessionAnswers,
  signal: AbortSignal,
): Promise<{ id: string; close(): void }> {
  const { Server, ServerCredentials, status } = await import('@grpc/grpc-js');
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
  server.addService(
    { GetSecret: secretOf },
    {
      GetSecret: ({ request }: ServerUnaryCall<string, string>, answer: sendUnaryData<string>) => {
        const value = Object.hasOwn(secrets, request) ? secrets[request] : undefined;
        if (value !== undefined) answer(null, value);
        else answer({ code: status.NOT_FOUND, details: 'there is no such secret' });
      },
    },
  );
  server.addService({ Check: health }, { Check: (_call: unknown, answer: sendUnaryData<Checked>) => answer(null, {}) });
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

/** moby/buildkit session/secrets/secrets.proto: GetSecretRequest has the id, GetSecretResponse the bytes. */
const secretOf: MethodDefinition<string, string> = {
  path: '/moby.buildkit.secrets.v1.Secrets/GetSecret',
  requestStream: false,
  responseStream: false,
  requestSerialize: (id) => messageBytes([id]),
  requestDeserialize: (bytes) => textOf(bytes, 1),
  responseSerialize: (value) => messageBytes([value]),
  responseDeserialize: (bytes) => textOf(bytes, 1),
};

/**
 * grpc health/v1/health.proto: HealthCheckResponse has the status, of which 1 is that all is well. BuildKit asks each
 * second, and takes a line that does not answer for a dead one.
 */
const health: MethodDefinition<Checked, Checked> = {
  path: '/grpc.health.v1.Health/Check',
  requestStream: false,
  responseStream: false,
  requestSerialize: () => Buffer.alloc(0),
  // An object even where nothing is said: the library takes an empty text for a request that never came.
  requestDeserialize: () => ({}),
  responseSerialize: () => Buffer.from([0x08, 0x01]),
  responseDeserialize: () => ({}),
};

type Checked = Record<string, never>;

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
