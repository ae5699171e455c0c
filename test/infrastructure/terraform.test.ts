import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from '@cdktn/hcl2json';
import { describe, expect, onTestFinished, test } from 'vitest';
import { terraformFiles } from '../../src/infrastructure/terraform/index.ts';
import { failureOf } from '../e2e/world.ts';
import { hasAttribute, objections } from './providerSchema.ts';
import { plain, runningShop, shop, variants } from './variants.ts';

const golden = fileURLToPath(new URL('../golden/terraform/', import.meta.url));
/** Not on every computer; what it says is then left out. */
const hasTerraform = spawnSync('terraform', ['version']).status === 0;

describe.each(Object.entries(variants))('the module for %s', (name, [plan, wishes]) => {
  const files = terraformFiles(plan, wishes);
  const code = Object.entries(files).filter(([file]) => file.endsWith('.tf'));
  const text = code.map(([, content]) => content).join('\n');

  test('is the same as ever', async () => {
    for (const [file, content] of Object.entries(files)) {
      await expect(content).toMatchFileSnapshot(path.join(golden, name, file));
    }
  });

  test('uses what the provider knows, and all that it requires', async () => {
    const parsed = await Promise.all(code.map(([file, content]) => parse(file, content)));
    expect(parsed.flatMap(objections)).toEqual([]);
  });

  test('refers to nothing that is not there, and declares nothing in vain', () => {
    const used = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, found]) => found ?? ''))].sort();
    const variables = used(/^variable "(\w+)"/gm);
    expect(used(/\bvar\.(\w+)/g)).toEqual(variables);
    const locals = [...text.matchAll(/^locals \{\n([\s\S]*?)^\}/gm)].flatMap(([, body = '']) =>
      [...body.matchAll(/^ {2}(\w+)\s+= /gm)].map(([, found]) => found),
    );
    expect(used(/\blocal\.(\w+)/g)).toEqual(locals.sort());
    for (const [, reference = ''] of text.matchAll(/\b((?:data\.)?aws_\w+\.\w+)(?!\w*")/g)) {
      const parts = reference.split('.');
      const [type, label] = parts.slice(-2);
      expect(text).toContain(`${parts.length > 2 ? 'data' : 'resource'} "${type}" "${label}"`);
    }
  });

  test('reads attributes that the provider gives', () => {
    const reads = text.matchAll(/\b(data\.)?(aws_\w+)\.\w+(?:\[(?:0|\*)\])?\.(\w+)/g);
    const wrong = [...reads].filter(
      ([, data = '', type, attribute = '']) => !hasAttribute(`${data}${type}`, attribute),
    );
    expect(wrong.map(([read]) => read)).toEqual([]);
  });

  test.runIf(hasTerraform)('is formatted as terraform fmt leaves it', () => {
    const folder = write(files);
    const checked = spawnSync('terraform', ['fmt', '-check', '-diff', folder], { encoding: 'utf8' });
    expect(checked.stdout).toBe('');
    expect(checked.status).toBe(0);
  });

  test.runIf(hasTerraform)('has values that its own rules accept', () => {
    for (const environment of wishes.environments) {
      const read = evaluate(files, `${environment}.tfvars`, wishes.express ? ['-var=image=shop:1'] : []);
      expect(read).toMatchObject({ project: 'shop', environment, region: 'eu-central-1' });
    }
  });
});

test('the check against the provider notices what it would refuse', async () => {
  const parsed = await parse(
    'main.tf',
    `resource "aws_ecs_service" "app" {
  name = "shop"
  desired_cont = 1
  network_configuration = {}
  deployment_circuit_breaker {
    enable = true
  }
}
resource "aws_ecs_teapot" "app" {}`,
  );
  expect(objections(parsed)).toEqual([
    'aws_ecs_service.app.deployment_circuit_breaker lacks rollback',
    'aws_ecs_service.app.desired_cont is unknown',
    'aws_ecs_service.app.network_configuration is a block',
    'unknown type aws_ecs_teapot',
  ]);
});

describe('what the modules promise', () => {
  const main = (name: keyof typeof variants) => {
    const variant = variants[name];
    return variant ? (terraformFiles(...variant)['main.tf'] ?? '') : '';
  };

  test('the image and the number of tasks are left to the deployer', () => {
    for (const name of ['public-ip', 'balancer', 'adopted-service']) {
      expect(main(name)).toContain('ignore_changes = [task_definition, desired_count]');
    }
  });

  test('behind a balancer, tasks are reached from it alone', () => {
    const [, rule = ''] = main('balancer').split('"aws_vpc_security_group_ingress_rule" "tasks"');
    expect(rule.slice(0, rule.indexOf('\n}'))).toContain(
      'referenced_security_group_id = aws_security_group.balancer.id',
    );
    expect(rule.slice(0, rule.indexOf('\n}'))).not.toContain('cidr');
  });

  test('secrets are named by ARN, and only these may be read', () => {
    const files = terraformFiles(shop, plain);
    expect(files['production.tfvars']).toContain('DATABASE_URL = "arn:aws:secretsmanager:');
    expect(files['main.tf']).not.toMatch(/actions\s+= \["(?:\*|secretsmanager:\*|ecr:\*)"\]/);
  });

  test('a service that exists is imported with what it uses, and nothing is made beside it', () => {
    const [plan = shop, wishes = plain] = variants['adopted-service'] ?? [];
    const files = terraformFiles(plan, wishes);
    expect(files['imports.tf']).toContain('id = "deployotron/shop"');
    expect(files['main.tf']).not.toMatch(/resource "aws_(?:iam|security|vpc|lb)/);
    expect(files['production.tfvars']).not.toContain('deployotron:project');
  });

  test('wishes that exclude each other are refused in a sentence', async () => {
    const adopted = { cluster: true, repository: undefined, logGroup: undefined, service: runningShop };
    for (const wishes of [
      { ...plain, express: true, balancer: { https: undefined } },
      { ...plain, adopted, balancer: { https: undefined } },
      { ...plain, adopted, environments: ['staging', 'production'] as const },
    ]) {
      const failure = await failureOf((async () => terraformFiles(shop, wishes))());
      expect(failure.code).toBe('Usage');
    }
  });
});

describe.runIf(hasTerraform)('the rules of the variables', () => {
  const files = terraformFiles(shop, { ...plain, balancer: { https: undefined } });
  test.each([
    ['region', 'Frankfurt'],
    ['container_port', '70000'],
    ['cpu', '300'],
    ['environment', 'moon'],
    ['service_name', 'a b'],
    ['repository_name', 'Shop'],
    ['log_retention_days', '31'],
    ['secrets', '{ KEY = "plain-text" }'],
    ['subnet_ids', '["vpc-1"]'],
    ['allowed_cidr_blocks', '["10.0.0.1/99"]'],
    ['autoscaling', '{ min_tasks = 3, max_tasks = 1 }'],
    ['autoscaling', '{ min_tasks = 1, max_tasks = 2, cpu_percent = 0 }'],
    ['secret_kms_key_arns', '["alias/shop"]'],
  ])('refuse %s = %s', (name, value) => {
    expect(() => evaluate(files, 'production.tfvars', [`-var=${name}=${value}`])).toThrow(/Invalid value for variable/);
  });
});

function write(files: Record<string, string>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'terraform-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [file, content] of Object.entries(files)) writeFileSync(path.join(folder, file), content);
  return folder;
}

/** The variables as Terraform itself reads them: without resources it needs no provider. */
function evaluate(files: Record<string, string>, values: string, more: string[] = []): Record<string, unknown> {
  const { 'variables.tf': variables = '', [values]: text = '' } = files;
  const names = [...variables.matchAll(/^variable "(\w+)"/gm)].map(([, name]) => `${name} = var.${name}`);
  const folder = write({
    'variables.tf': variables,
    'outputs.tf': `output "all" {\n  value = {\n${names.join('\n')}\n  }\n}\n`,
    [values]: text,
  });
  const run = (...words: string[]) =>
    execFileSync('terraform', words, {
      stdio: 'pipe',
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, TF_CLI_ARGS: '-no-color' },
    });
  run('apply', '-auto-approve', '-input=false', `-var-file=${values}`, ...more);
  return JSON.parse(run('output', '-json')).all.value;
}
