import type { DeployEvent, StepId } from '../../src/shared/events.ts';
import { applyEvent, type Progress } from '../../src/shared/progress.ts';
import type { Dashboard, DeploymentRow, Monitor, ProjectCard, Surroundings } from '../../src/shared/protocol.ts';

const now = Date.now();
const seconds = Math.floor(now / 1000);

export const runningId = '6f0b2f4e-7a55-4b8e-9d0e-1d2c3b4a5f60';
export const failedId = '0c5e8d12-9f3a-4d7b-8c61-2e4f6a8b0c1d';

export function row(change: Partial<DeploymentRow> = {}): DeploymentRow {
  return {
    id: '11111111-2222-4333-8444-555555555555',
    projectId: 'shop',
    projectName: 'shop-api',
    operation: 'deploy',
    status: 'success',
    commit: '3f9c2e1',
    message: 'Show prices with tax',
    uncommitted: false,
    startedAt: seconds - 3_900,
    completedAt: seconds - 3_848,
    cause: '',
    url: 'http://127.0.0.1:32871/',
    ...change,
  };
}

export function project(change: Partial<ProjectCard> = {}): ProjectCard {
  return {
    id: 'shop',
    name: 'shop-api',
    environment: 'development',
    framework: 'Node.js with Express',
    source: 'shop-api (this folder)',
    target: { kind: 'sandbox', where: 'http://127.0.0.1:4577', cluster: 'deployotron', service: 'shop-api' },
    latest: row(),
    live: row(),
    canRollBack: true,
    ...change,
  };
}

const failedRow = row({
  id: failedId,
  projectId: 'web',
  projectName: 'storefront',
  status: 'rolledback',
  commit: 'b81d004',
  message: 'Read the catalogue from the new service',
  startedAt: seconds - 7_400,
  completedAt: seconds - 7_190,
  cause: '“storefront” was rolled back to the version before: the app ended because DATABASE_URL is not set.',
  url: '',
});

export const runningRow = row({
  id: runningId,
  projectId: 'api',
  projectName: 'orders',
  status: 'inprogress',
  commit: 'a04be77',
  uncommitted: true,
  message: 'Retry payments that time out',
  startedAt: seconds - 42,
  completedAt: undefined,
  url: '',
  step: { label: 'Build image', number: 5, of: 10, percent: 41 },
});

export const fullDashboard: Dashboard = {
  folder: 'shop-api',
  isTrusted: true,
  projects: [
    project(),
    project({
      id: 'web',
      name: 'storefront',
      environment: 'production',
      framework: 'Next.js',
      source: 'github.com/example/storefront',
      target: { kind: 'aws', where: 'eu-west-1', cluster: 'production', service: 'storefront' },
      latest: failedRow,
      live: row({ id: 'old', commit: '77aa10c', url: 'https://shop.example.com/', startedAt: seconds - 300_000 }),
    }),
    project({
      id: 'api',
      name: 'orders',
      environment: 'staging',
      framework: 'Python with FastAPI',
      source: 'gitlab.com/example/orders',
      target: { kind: 'aws', where: 'us-east-1', cluster: 'staging', service: 'orders' },
      latest: runningRow,
      live: undefined,
      canRollBack: false,
    }),
  ],
  deployments: [
    runningRow,
    row(),
    failedRow,
    row({ id: 'd4', status: 'cancelled', commit: '90ab12f', message: 'Try the smaller image', url: '' }),
    row({ id: 'd5', operation: 'rollback', commit: '77aa10c', message: 'Sort by name', startedAt: seconds - 90_000 }),
  ],
};

export const emptyDashboard: Dashboard = { folder: 'hello-app', isTrusted: true, projects: [], deployments: [] };

export const surroundings: Surroundings = {
  isChecking: false,
  checkedAt: now - 125_000,
  host: { kind: 'wsl', name: 'Ubuntu' },
  docker: { ok: true, says: 'engine 27.3.1, amd64', remedy: '' },
  git: { ok: true, says: 'version 2.47.1', remedy: '' },
  sandbox: { isRunning: true, endpoint: 'http://127.0.0.1:4577' },
  aws: {
    region: 'eu-west-1',
    profile: 'work',
    endpoint: '',
    account: '123456789012',
    identity: 'arn:aws:sts::123456789012:assumed-role/Developer/kim',
    source: 'stored',
    expiresAt: seconds + 3_600,
    problem: '',
    remedy: '',
  },
  gitTokens: ['github.com', 'gitlab.example.com'],
  hasClaudeKey: true,
  storage: 'kept',
};

export const bareSurroundings: Surroundings = {
  ...surroundings,
  host: { kind: 'local', name: '' },
  sandbox: { isRunning: false, endpoint: '' },
  aws: {
    ...surroundings.aws,
    profile: '',
    account: '',
    identity: '',
    expiresAt: undefined,
    problem: 'No AWS credentials were found.',
    remedy: 'Run `aws configure` or `aws sso login`, or try it all without an account: the local sandbox.',
  },
  gitTokens: [],
  hasClaudeKey: false,
  storage: 'lost',
};

/** The events of a deployment that is `until` a step, with true-to-life times. */
export function eventsUntil(until: StepId, deploymentId = runningId): DeployEvent[] {
  const took: [StepId, number, string][] = [
    ['record', 40, 'deployment 6f0b2f4e'],
    ['clone', 900, 'orders, main'],
    ['detect', 210, 'Python with FastAPI, port 8000'],
    ['commit', 30, 'a04be77 Retry payments that time out'],
    ['build', 27_400, 'orders:a04be77, 164 MB'],
    ['authenticate', 320, '123456789012.dkr.ecr.us-east-1.amazonaws.com'],
    ['push', 11_800, '3 layers, 41.2 MB'],
    ['register', 450, 'orders:18'],
    ['deploy', 600, 'ecs-svc/4821007312'],
    ['monitor', 38_000, '2 of 2 tasks healthy'],
  ];
  const last = took.findIndex(([step]) => step === until);
  const begun = took.slice(0, last + 1);
  let at = now - begun.reduce((sum, [, time]) => sum + time, 0);
  const events: DeployEvent[] = [
    {
      type: 'deployment-started',
      deploymentId,
      at,
      projectName: 'orders',
      operation: 'deploy',
      steps: took.map(([step]) => step),
    },
  ];
  begun.forEach(([step, time, summary], index) => {
    events.push({ type: 'step-started', deploymentId, at, step });
    at += time;
    if (index < last) events.push({ type: 'step-succeeded', deploymentId, at, step, summary });
  });
  return events;
}

export function folded(events: readonly DeployEvent[]): Progress | undefined {
  return events.reduce(applyEvent, undefined as Progress | undefined);
}

export function runningMonitor(): Monitor {
  const progress = folded([
    ...eventsUntil('push'),
    {
      type: 'step-progress',
      deploymentId: runningId,
      at: now,
      step: 'push',
      fraction: 0.41,
      detail: '12.4 of 30.1 MB',
    },
    { type: 'warning', deploymentId: runningId, at: now, message: 'The Dockerfile runs the app as root.' },
  ]);
  return {
    project: {
      id: 'api',
      name: 'orders',
      environment: 'staging',
      target: { kind: 'aws', where: 'us-east-1', cluster: 'staging', service: 'orders' },
    },
    deployment: { ...runningRow, step: undefined },
    imageUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/orders:a04be77-5d1c',
    imageDigest: '',
    taskDefinition: '',
    progress,
    failure: undefined,
    serviceEvents: [],
    can: { cancel: true, retry: false, resume: false, rollBack: false, rollBackTo: false },
  };
}

export function succeededMonitor(): Monitor {
  const url = 'https://orders.staging.example.com/';
  const running = runningMonitor();
  return {
    ...running,
    deployment: { ...running.deployment, status: 'success', url, completedAt: seconds },
    imageDigest: 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    taskDefinition: 'orders:18',
    timeline: timelineState,
    progress: folded([
      ...eventsUntil('monitor'),
      {
        type: 'step-succeeded',
        deploymentId: runningId,
        at: now,
        step: 'monitor',
        summary: '2 of 2 tasks healthy',
      },
      { type: 'deployment-finished', deploymentId: runningId, at: now, status: 'success', url },
    ]),
    can: { cancel: false, retry: true, resume: false, rollBack: true, rollBackTo: false },
  };
}

const timelineState: Monitor['timeline'] = {
  deploymentId: runningId,
  project: 'orders',
  milliseconds: 79_750,
  usual: 52_300,
  compared: 7,
  steps: [
    { id: 'clone', name: 'Clone repository', milliseconds: 900, usual: 850, stages: [] },
    {
      id: 'build',
      name: 'Build image',
      milliseconds: 27_400,
      usual: 9_100,
      stages: [
        { name: 'sending files', milliseconds: 1_200, usual: 1_100, bytes: 4_200_000 },
        { name: '[2/6] WORKDIR /app', milliseconds: 0, cached: true },
        { name: '[4/6] COPY . .', milliseconds: 300 },
        { name: '[5/6] RUN pip install --no-cache-dir -r requirements.txt', milliseconds: 24_100, usual: 6_200 },
      ],
    },
    {
      id: 'push',
      name: 'Push image',
      milliseconds: 11_800,
      usual: 11_000,
      stages: [{ name: 'layer 2c6f17d1b2ef', milliseconds: 11_300, bytes: 41_200_000 }],
    },
    {
      id: 'monitor',
      name: 'Monitor health',
      milliseconds: 38_000,
      usual: 31_000,
      stages: [
        { name: 'provision', milliseconds: 12_000, usual: 11_500 },
        { name: 'pull', milliseconds: 9_000, usual: 8_700 },
        { name: 'start', milliseconds: 700, usual: 700 },
        { name: 'health', milliseconds: 10_300, usual: 10_100 },
        { name: 'drain', milliseconds: 6_000, usual: 6_100 },
      ],
    },
  ],
  hint: {
    code: 'SourcesBeforeInstall',
    part: 'RUN pip install --no-cache-dir -r requirements.txt',
    change:
      'Copy requirements.txt alone before `RUN pip install --no-cache-dir -r requirements.txt`, and the sources after it.',
    estimate: 'It took 24.1 s and runs again whenever any file changes, since `COPY . .` stands before it.',
    saves: 24_100,
  },
};

export function failedMonitor(): Monitor {
  const failure: NonNullable<Monitor['failure']> = {
    code: 'RolledBack',
    message: '“storefront” was rolled back to the version before: the app ended because DATABASE_URL is not set.',
    remedy: {
      text: 'Set DATABASE_URL for this project, as a variable or as a secret, and deploy again.',
      action: 'set-variable',
      parameters: { variable: 'DATABASE_URL' },
    },
    causes: [
      {
        code: 'S23',
        cause: 'The app ended because DATABASE_URL is not set.',
        certainty: 'certain',
        lines: ['Error: DATABASE_URL is not set', 'Essential container in task exited (exit code 1)'],
        remedy: 'Set DATABASE_URL and deploy again.',
        action: 'set-variable',
        parameters: { variable: 'DATABASE_URL' },
      },
      {
        code: 'S31',
        cause: 'The health check answered 502.',
        certainty: 'possible',
        lines: ['Health checks failed with these codes: [502]'],
        remedy: 'Check that the app listens on port 3000.',
        action: 'set-port',
        parameters: { port: 3000 },
      },
    ],
    task: {
      id: '7c1e02f9a8d64c0b9be1d0e4',
      container: 'app',
      exitCode: 1,
      reason: 'Essential container in task exited',
      lastLines: [
        '> storefront@2.4.0 start',
        '> node server.js',
        'Error: DATABASE_URL is not set',
        '    at connect (/app/src/database.js:14:11)',
        '    at Object.<anonymous> (/app/server.js:5:1)',
        'Node.js v22.14.0',
      ],
    },
  };
  const progress = folded([
    ...eventsUntil('monitor', failedId),
    { type: 'step-failed', deploymentId: failedId, at: now, step: 'monitor', failure },
    { type: 'deployment-finished', deploymentId: failedId, at: now, status: 'rolledback', failure },
  ]);
  return {
    ...succeededMonitor(),
    project: {
      id: 'web',
      name: 'storefront',
      environment: 'production',
      target: { kind: 'aws', where: 'eu-west-1', cluster: 'production', service: 'storefront' },
    },
    deployment: failedRow,
    progress,
    failure,
    serviceEvents: [
      { at: seconds - 7_200, message: '(service storefront) rolling back to deployment ecs-svc/1180021.' },
      {
        at: seconds - 7_260,
        message: '(service storefront) (deployment ecs-svc/482) deployment failed: tasks failed to start.',
      },
    ],
    can: { cancel: false, retry: true, resume: false, rollBack: true, rollBackTo: false },
  };
}

export const logLines: string[] = [
  '== Initialize record',
  '   deployment 6f0b2f4e',
  '== Clone repository',
  "Cloning into 'source'...",
  '   orders, main',
  '== Detect framework',
  '   Python with FastAPI, port 8000',
  '== Read commit',
  '   a04be77 Retry payments that time out',
  '== Build image',
  '#1 [internal] load build definition from Dockerfile',
  '#2 [internal] load metadata for docker.io/library/python:3.13-slim',
  '#5 [2/6] WORKDIR /app',
  '#6 [3/6] COPY requirements.txt .',
  '#7 [4/6] RUN pip install --no-cache-dir -r requirements.txt',
  '#7 4.201 Collecting fastapi==0.118.0',
  '#7 4.633   Downloading fastapi-0.118.0-py3-none-any.whl (97 kB)',
  '#7 9.817 WARNING: Running pip as the root user can result in broken permissions',
  '#7 9.901 error: subprocess-exited-with-error (retried)',
  '#7 DONE 10.4s',
  '#8 [5/6] COPY . .',
  '#9 exporting to image',
  '   orders:a04be77, 164 MB',
  '== Authenticate with ECR',
  '   123456789012.dkr.ecr.us-east-1.amazonaws.com',
  '== Push image',
  '5f70bf18a086: Pushed',
  '2c6f17d1b2ef: 12.4 of 30.1 MB',
];
