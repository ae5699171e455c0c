import type { FaultRule } from '../../src/sandbox/faults.ts';
import type { ProjectOptions } from '../../src/shared/models.ts';
import type { Files } from '../e2e/apps.ts';

/** A version that fails, and what the first cause must say. */
export interface Fault {
  name: string;
  files: Files;
  options?: ProjectOptions;
  /** Trouble that AWS makes meanwhile. */
  scripted?: FaultRule[];
  cause: RegExp;
  /** Shown by `npm test`, too; the others take longer. */
  quick?: true;
}

export const port = 3000;

const image = (command: string, ...more: string[]) =>
  ['FROM node:22-bookworm-slim', 'WORKDIR /app', 'COPY . .', ...more, 'ENTRYPOINT []', `CMD ${command}`, ''].join('\n');

/** An image that runs this JavaScript. */
const node = (code: string): Files => ({
  Dockerfile: image('["node", "server.js"]', `EXPOSE ${port}`),
  'server.js': code,
});

/** A server that answers with `status`; `listen` are the arguments of its listen(). */
const server = (status: number, listen = `${port}`) => `
const server = require('node:http').createServer((request, response) => response.writeHead(${status}).end('new'));
server.listen(${listen}, () => console.log('Listening on http://' + server.address().address.replace('::', '0.0.0.0') + ':' + server.address().port));
`;

const endsOnSigterm = "process.on('SIGTERM', () => process.exit(0));\n";
const secretArn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:db-AbCdEf';
const withSecret: ProjectOptions = { secrets: { DB_PASSWORD: secretArn } };

/** A whole program for another CPU: 128 bytes of ELF for AArch64. */
const forOtherCpu =
  'f0VMRgIBAQAAAAAAAAAAAAIAtwABAAAAeABAAAAAAABAAAAAAAAAAAAAAAAAAAAAAAAAAEAAOAABAEAAAAAAAAEAAAAFAAAAAAAAAAAAAAAAAEAAAAAAAAAAQAAAAAAAgAAAAAAAAACAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAA=';

export const good: Files = node(
  `require('node:http').createServer((request, response) => response.end('good')).listen(${port});\n${endsOnSigterm}`,
);

export const faults: Fault[] = [
  {
    name: 'exits 1',
    files: node("console.error('Error: DATABASE_URL is not set');\nprocess.exit(1);\n"),
    cause: /environment variable DATABASE_URL is not set/i,
    quick: true,
  },
  { name: 'exits 0', files: { Dockerfile: image('["true"]') }, cause: /came to its end \(exit code 0\)/i },
  {
    name: 'out of memory',
    files: node('const all = [];\nfor (;;) all.push(Buffer.alloc(16 * 1024 * 1024, 1));\n'),
    cause: /used up its 512 MiB of memory/i,
  },
  {
    name: 'wrong port',
    files: node(server(200, '4000') + endsOnSigterm),
    cause: /listens on port 4000, but the service expects it on port 3000/i,
  },
  {
    name: 'localhost only',
    files: node(server(200, `${port}, '127.0.0.1'`) + endsOnSigterm),
    cause: /listens on 127\.0\.0\.1 only/i,
  },
  { name: '404 health', files: node(server(404) + endsOnSigterm), cause: /answers 404 .* \/health does not exist/i },
  {
    name: '500 health',
    files: node(server(500) + endsOnSigterm),
    cause: /answers the health check of \/health with an error of its own \(500\)/i,
  },
  {
    name: 'slow start',
    files: node(`console.log('warming up');\nsetTimeout(() => {${server(200)}}, 120_000);\n${endsOnSigterm}`),
    cause: /did not answer the health check/i,
  },
  {
    name: 'ignores SIGTERM (and answers 404)',
    files: node(`${server(404)}process.on('SIGTERM', () => console.log('no'));\n`),
    cause: /answers 404/i,
  },
  {
    name: 'missing command',
    files: { Dockerfile: image('["nodee", "server.js"]') },
    cause: /nodee.* does not exist/i,
    quick: true,
  },
  {
    name: 'not executable',
    files: { Dockerfile: image('["/app/start.sh"]'), 'start.sh': '#!/bin/sh\nexit 0\n' },
    cause: /start file \/app\/start\.sh is not executable/i,
  },
  {
    name: 'wrong architecture',
    files: {
      Dockerfile: image('["/app/program"]', `RUN echo ${forOtherCpu} | base64 -d > program && chmod +x program`),
    },
    cause: /built for another CPU/i,
    quick: true,
  },
  {
    name: 'missing image',
    files: node('// another one\n'),
    scripted: ['GET', 'HEAD'].map((method) => ({
      action: `registry:${method} manifest`,
      count: 100,
      fault: { kind: 'notFound' },
    })),
    cause: /is not in the registry/i,
  },
  {
    name: 'secret denied',
    files: node('// with a secret\n'),
    options: withSecret,
    scripted: [{ action: 'secretsmanager:GetSecretValue', count: 100, fault: { kind: 'accessDenied' } }],
    cause: /execution role of the task may not read its secrets/i,
    quick: true,
  },
  {
    name: 'secret missing',
    files: node('// with another secret\n'),
    options: withSecret,
    cause: /a secret or parameter that the task asks for does not exist: arn:aws:secretsmanager/i,
  },
  {
    name: 'crash after running',
    files: node("setTimeout(() => {\n  throw new Error('the cache is broken');\n}, 2_000);\n"),
    cause: /ended with an error: “Error: the cache is broken”/i,
  },
  {
    name: 'missing module',
    files: node("require('./dist/app.js');\n"),
    cause: /the file \.\/dist\/app\.js is not in the image/i,
  },
  {
    name: 'port in use',
    files: node(`${server(200)}process.on('SIGTERM', () => process.exit(0));
require('node:net').createServer().listen(${port});
`),
    cause: /could not open port 3000/i,
  },
  {
    name: 'database refused',
    files: node("require('node:net').connect(5432, '127.0.0.1');\n"),
    cause: /looks for its PostgreSQL database at 127\.0\.0\.1:5432/i,
  },
  {
    name: '100 MB of log',
    files: node(`const line = 'GET /api/items 200 served from cache '.repeat(28) + '\\n';
for (let n = 0; n < 100; n++) require('node:fs').writeSync(1, line.repeat(1_000));
require('express');
`),
    // Written while nobody is served: that must not count as unhealthy first.
    options: { healthCheckGracePeriodSeconds: 120 },
    cause: /module express is not installed/i,
  },
];
