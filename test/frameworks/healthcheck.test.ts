import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { healthcheckFor, type Prober } from '../../src/frameworks/healthcheck.ts';

/** Answers `/<status>` with that status, and redirects lead to where nothing listens. */
async function startServer(): Promise<number> {
  const server = createServer((request, response) => {
    const status = Number(request.url?.slice(1)) || 200;
    const location = status >= 300 && status < 400 ? { location: 'https://127.0.0.1:1/' } : {};
    response.writeHead(status, location).end('x'.repeat(100));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function passes(prober: Prober, path: string, limit: number, port: number): Promise<boolean> {
  const line = healthcheckFor(prober, { healthPath: path }, { limit });
  const [program = '', ...words] = JSON.parse(line.slice(line.indexOf('[')));
  const env = { PATH: process.env.PATH, PORT: String(port) };
  const command = program === 'python' ? 'python3' : program;
  return promisify(execFile)(command, words, { env, timeout: 10_000 }).then(
    () => true,
    (error) => {
      if (error.code === 'ENOENT') throw error;
      return false;
    },
  );
}

/** The others are tried in their images, see `npm run test:images`. */
test.each<Prober>(['node', 'python', 'bash'])(
  '%s takes an answer for health, and none or a failure for none',
  async (prober) => {
    const port = await startServer();
    const ask = (path: string, limit = 400) => passes(prober, path, limit, port);
    expect(await Promise.all([ask('/200'), ask('/302'), ask('/404', 500)])).toEqual([true, true, true]);
    expect(await Promise.all([ask('/404'), ask('/500'), ask('/500', 500)])).toEqual([false, false, false]);
    expect(await passes(prober, '/200', 400, 1)).toBe(false);
  },
);

test('where no path is known, what is not there and what is moved is no failure; where one is known it is', () => {
  expect(healthcheckFor('bash', { healthPath: '' })).toMatch(/GET \/ HTTP.*status < 500/);
  expect(healthcheckFor('bash', { healthPath: '/up' })).toMatch(/GET \/up HTTP.*status < 400/);
});
