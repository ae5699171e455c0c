import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { bundle } from '../../esbuild.mjs';
import { metricsOf } from '../../src/shared/metrics.ts';
import { project, record, usualDay } from '../shared/days.ts';
import { ROOT } from '../support/bootstrap.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'deployotron-traces-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a trace leaves the bundled command, which runs as a script that knows no import()', async () => {
  const paths: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url);
    request.resume().on('end', () => response.setHeader('content-type', 'application/json').end('{}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const entry = path.join(folder, 'entry.ts');
  const args = [
    `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    metricsOf(record(), project, usualDay),
    usualDay,
  ];
  writeFileSync(
    entry,
    `import { sendTrace } from ${JSON.stringify(path.join(ROOT, 'src/services/traces.ts'))};
const [endpoint, metrics, progress] = ${JSON.stringify(args)};
void sendTrace(endpoint, metrics, progress);`,
  );
  await bundle(entry, path.join(folder, 'out.cjs'));
  const env = { ...process.env, DEPLOYOTRON_HOME: path.join(folder, 'home') };
  await promisify(execFile)('node', [path.join(folder, 'out.cjs')], { env });
  server.close();
  expect(paths).toEqual(['/v1/traces']);
});
