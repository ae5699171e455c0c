import { expect, test } from 'vitest';
import type { Dashboard, Surroundings } from '../../src/shared/protocol.ts';
import { nextAction } from '../../webview-ui/nextAction.ts';
import { bareSurroundings, emptyDashboard, fullDashboard, project, row, runningRow, surroundings } from './states.ts';

const docker = (ok: boolean, isChecking = false): Surroundings => ({
  ...bareSurroundings,
  isChecking,
  docker: { ok, says: 'Docker is not running.', remedy: 'Start it.' },
});
const failed = row({ status: 'failed', cause: 'No memory.' });

const stories: [story: string, Dashboard, Surroundings | undefined, wish: string | undefined][] = [
  ['at first', emptyDashboard, bareSurroundings, 'deploy-folder'],
  ['without a folder', { ...emptyDashboard, folder: '' }, bareSurroundings, 'open-folder'],
  ['in Restricted Mode', { ...emptyDashboard, isTrusted: false }, bareSurroundings, 'manage-trust'],
  ['without Docker', emptyDashboard, docker(false), 'refresh'],
  ['while Docker is looked for', emptyDashboard, docker(false, true), 'deploy-folder'],
  ['while something runs', fullDashboard, docker(false), 'show-deployment'],
  [
    'after a failure',
    { ...fullDashboard, deployments: [failed], projects: [project({ latest: failed })] },
    surroundings,
    'show-deployment',
  ],
  [
    'with a project that is new',
    { ...emptyDashboard, projects: [project({ latest: undefined, live: undefined })] },
    surroundings,
    'deploy',
  ],
  ['when all is well', { ...emptyDashboard, projects: [project()], deployments: [row()] }, surroundings, 'open-url'],
  [
    'when all is well with several',
    { ...emptyDashboard, projects: [project(), project({ id: 'b' })] },
    surroundings,
    undefined,
  ],
];

test.each(stories)('%s there is one thing to do', (_, dashboard, around, wish) => {
  expect(nextAction(dashboard, around)?.wish.type).toBe(wish);
});

test('what runs is watched before anything else is done', () => {
  const action = nextAction({ ...fullDashboard, isTrusted: false }, undefined);
  expect(action?.wish).toEqual({ type: 'show-deployment', deploymentId: runningRow.id });
});
