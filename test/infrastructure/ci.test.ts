import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseHcl } from '@cdktn/hcl2json';
import { Command } from 'commander';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { newProject } from '../../src/deploy/newProject.ts';
import { ciFiles } from '../../src/infrastructure/ci/index.ts';
import { type CiPlan, ciPlan } from '../../src/infrastructure/ci/plan.ts';
import { projectFlags } from '../../src/infrastructure/ci/projectFlags.ts';
import { shellWord } from '../../src/infrastructure/ci/shell.ts';
import type { ProjectOptions } from '../../src/shared/models.ts';
import { optionsFrom, withProjectFlags } from '../../src/terminal/options.ts';
import { objections } from './providerSchema.ts';
import { loadWorkflowParser } from './workflowParser.ts';

const parser = loadWorkflowParser();
const golden = fileURLToPath(new URL('../golden/ci/', import.meta.url));
const folder = { branch: 'main', remoteUrl: 'git@github.com:octo/shop.git', buildSecrets: [] };

function planOf(options: ProjectOptions, more: Partial<CiPlan> = {}): CiPlan {
  const project = newProject({ name: 'shop', repositoryUrl: '/shop', environment: 'production', options });
  const stored = { ...project, id: '', createdAt: 0, updatedAt: 0 };
  return { ...ciPlan(stored, 'eu-central-1', folder), ...more };
}

const variants: Record<string, CiPlan> = {
  unknown: planOf({}, { github: '' }),
  known: planOf(
    { cpu: 512, memory: 1024, cpuArchitecture: 'ARM64', taskRoleArn: 'arn:aws:iam::123456789012:role/shop' },
    {
      account: '123456789012',
      roleArn: 'arn:aws:iam::123456789012:role/shop-production-deployer',
      package: 'https://example.com/deployotron-0.1.0.tgz',
      buildSecrets: ['NPM_TOKEN', 'PIP_INDEX_URL'],
    },
  ),
};

const hostile: ProjectOptions = {
  healthPath: `/\${{ secrets.TOKEN }}`,
  startCommand: `sh -c 'echo "$HOME" \`id\`; exit'`,
  environment: { A: 'two\nlines: "yes"', B: `\${{ github.token }}'`, C: '# no comment', D: '\u202e$(id) é', E: '' },
};

describe.each(Object.entries(variants))('the pipeline for a %s account', (name, plan) => {
  const files = ciFiles(plan);

  test('is the same as ever', async () => {
    for (const [file, text] of Object.entries(files)) {
      await expect(text).toMatchFileSnapshot(path.join(golden, name, file.replace('.github/', '')));
    }
  });

  test('has a role that the provider knows, formatted as terraform fmt leaves it', async () => {
    const role = files['.github/deployotron/role.tf'] ?? '';
    expect(objections(await parseHcl('role.tf', role))).toEqual([]);
    if (spawnSync('terraform', ['version']).status !== 0) return;
    expect(spawnSync('terraform', ['fmt', '-'], { input: role, encoding: 'utf8' }).stdout).toBe(role);
  });
});

test.each([...Object.values(variants), planOf(hostile), planOf({}, { branch: 'release/1.0+[x]!' })])(
  "the workflow is one by GitHub's own parser",
  async (plan) => {
    const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await parser;
    const content = workflowOf(plan);
    const { context, value } = parseWorkflow({ name: 'deploy.yml', content }, new NoOperationTraceWriter());
    expect(context.errors.getErrors().map((error) => error.message)).toEqual([]);
    if (!value) throw new Error('no workflow');
    const template = await convertWorkflowTemplate(context, value);
    expect(context.errors.getErrors()).toEqual([]);
    expect(template.jobs).toHaveLength(1);
    expect(template.concurrency).toBeDefined();
  },
);

test('keys are never stored, and actions of others are pinned to a commit', () => {
  const { permissions, jobs } = parseYaml(workflowOf(planOf({})));
  expect(permissions).toEqual({ contents: 'read', 'id-token': 'write' });
  const uses = jobs.deploy.steps.flatMap((step: { uses?: string }) => step.uses ?? []);
  expect(uses.filter((each: string) => !/@[0-9a-f]{40}$/.test(each))).toEqual([]);
  expect(workflowOf(planOf({}))).not.toContain('secrets.');
});

test('what the project says reaches the command as it is, and neither bash nor GitHub as code', () => {
  const plan = planOf(hostile);
  const { jobs } = parseYaml(workflowOf(plan));
  const script = jobs.deploy.steps.find((step: { name?: string }) => step.name === 'Describe the project').run;
  expect(script).not.toContain('${{');
  const folder = mkdtempSync(path.join(tmpdir(), 'ci-'));
  try {
    writeFileSync(path.join(folder, 'run.sh'), `deployotron() { printf '%s\\0' "$@"; }\n${script}`);
    const words = execFileSync('bash', ['-e', path.join(folder, 'run.sh')], { encoding: 'utf8' }).split('\0');
    expect(words.slice(0, -1)).toEqual(['projects', 'add', 'shop', '.', ...plan.flags]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('any text is one word of bash, in any locale', () => {
  const text = fc.string({ unit: 'binary' }).filter((each) => !each.includes('\0'));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1 }), (texts) => {
      const words = texts.map(shellWord);
      expect(words.join(' ')).not.toMatch(/\n|\$\{\{/);
      const input = `printf '%s\\0' ${words.join(' ')}`;
      const read = execFileSync('bash', { input, env: { LC_ALL: 'C' } })
        .toString()
        .split('\0');
      expect(read.slice(0, -1)).toEqual(texts.map((each) => each.replace(/\p{Cs}/gu, '\ufffd')));
    }),
    { numRuns: 25 },
  );
});

test('the flags say of a project all that can be set for it', () => {
  const options: ProjectOptions = {
    ...hostile,
    folder: 'apps/web',
    kind: 'node',
    languageVersion: '22',
    packageManager: 'npm',
    installCommand: 'npm ci',
    buildCommand: 'npm run build',
    outputFolder: 'dist',
    dockerfilePath: 'Dockerfile',
    port: 3000,
    cpu: 512,
    memory: 1024,
    cpuArchitecture: 'ARM64',
    desiredCount: 0,
    secrets: { KEY: 'arn:aws:ssm:eu-central-1:123456789012:parameter/key' },
    subnets: ['subnet-1', 'subnet-2'],
    securityGroups: ['sg-1'],
    assignPublicIp: false,
    executionRoleArn: 'arn:aws:iam::123456789012:role/e',
    taskRoleArn: 'arn:aws:iam::123456789012:role/t',
    targetGroupArn: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/x/1',
    healthCheckGracePeriodSeconds: 5,
    rolloutMinutes: 7,
  };
  const project = newProject({ name: 'shop', repositoryUrl: '/shop', options });
  const flags = projectFlags({ ...project, id: '', createdAt: 0, updatedAt: 0 }, 'eu-central-1');
  const command = withProjectFlags(new Command()).parse(flags, { from: 'user' });
  expect(optionsFrom(command.opts())).toEqual({ ...options, region: 'eu-central-1' });
});

test.each([
  ['git@github.com:octo/shop.git', 'octo/shop'],
  ['https://github.com/octo/shop', 'octo/shop'],
  ['https://gitlab.com/octo/shop.git', ''],
  ['', ''],
])('the remote %j is %j on GitHub', (remoteUrl, github) => {
  const project = { ...newProject({ name: 'shop', repositoryUrl: '/shop' }), id: '', createdAt: 0, updatedAt: 0 };
  expect(ciPlan(project, 'us-east-1', { branch: '', remoteUrl, buildSecrets: [] })).toMatchObject({
    github,
    branch: 'main',
  });
});

function workflowOf(plan: CiPlan): string {
  return ciFiles(plan)['.github/workflows/deploy.yml'] ?? '';
}
