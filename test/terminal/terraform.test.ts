import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { webApp } from '../e2e/apps.ts';
import { buildCli } from '../e2e/cli.ts';

let cli: Awaited<ReturnType<typeof buildCli>>;
let folder: string;

beforeAll(async () => {
  cli = await buildCli();
  folder = mkdtempSync(path.join(tmpdir(), 'deployotron-terraform-'));
  for (const [file, text] of Object.entries(webApp('x'))) {
    mkdirSync(path.dirname(path.join(folder, 'shop', file)), { recursive: true });
    writeFileSync(path.join(folder, 'shop', file), text);
  }
});

afterAll(() => {
  cli?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const terraform = (...more: string[]) =>
  cli.run(['terraform', path.join(folder, 'shop'), '--out', path.join(folder, 'infra'), ...more], {
    DEPLOYOTRON_HOME: path.join(folder, 'home'),
  });
const written = (file: string) => readFileSync(path.join(folder, 'infra', file), 'utf8');

test('it is written, shown as a diff when it changes, and edits stay unless they are given up', async () => {
  const first = await terraform('--env', `GREETING=\${file("/etc/passwd")}`);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(readdirSync(path.join(folder, 'infra'))).toContain('development.tfvars');
  expect(written('development.tfvars')).toContain(`GREETING = "$\${file(\\"/etc/passwd\\")}"`);

  const second = await terraform('--cpu', '512', '--memory', '1024', '--environments', 'dev,prod', '--load-balancer');
  expect(second.code).toBe(0);
  expect(second.stderr).toContain('+resource "aws_lb" "this" {');
  expect(second.stdout).toContain('created   production.tfvars');
  expect(written('production.tfvars')).toContain('service_name          = "shop-production"');

  appendFileSync(path.join(folder, 'infra', 'main.tf'), '# mine \u001b[2J\n');
  const third = await terraform();
  expect(third.code).toBe(1);
  expect(third.stderr).toContain('-# mine \ufffd[2J');
  expect(third.stderr).toContain('“main.tf” was edited, so nothing was written.');
  expect(written('main.tf')).toContain('# mine');
  expect((await terraform('--force')).stdout).toContain('replaced  main.tf');
  expect(readdirSync(path.join(folder, 'infra'))).not.toContain('production.tfvars');
});

test.each([
  [['--environments', 'moon'], 2, 'some of development, staging, production'],
  [['--https', 'not a domain'], 2, 'the ARN of a certificate, or a domain'],
  [['--express', '--load-balancer'], 2, 'brings a load balancer of its own'],
  [['--cpu', '256', '--memory', '4096'], 2, 'the next size that Fargate offers is 512 and 4096'],
  [['--service', `\${x}`], 2, 'cannot be used'],
])('%j ends with %i and a sentence', async (flags, code, sentence) => {
  const ended = await terraform(...flags);
  expect(ended).toMatchObject({ code, stderr: expect.stringContaining(sentence) });
});
