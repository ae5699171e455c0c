import { describe, expect, test } from 'vitest';
import type { App } from '../../src/app.ts';
import { dashboardFacts } from '../../src/editor/panels/dashboardFacts.ts';
import { monitorFacts } from '../../src/editor/panels/monitorFacts.ts';
import { metricsOf } from '../../src/shared/metrics.ts';
import type { Deployment, Project } from '../../src/shared/models.ts';
import { readFact } from '../../src/shared/protocol.ts';
import { timelineOf } from '../../src/shared/timeline.ts';
import { record, project as shop, usualDay } from '../shared/days.ts';
import { deployment, project } from './records.ts';

const place = { folder: 'shop', isTrusted: true };
const none = () => undefined;

/** The part of the app that the facts are made of; newest first. */
function appWith(projects: Project[], deployments: Deployment[]): App {
  const app = {
    host: { settings: () => ({ region: 'eu-west-1' }) },
    listProjects: async () => projects,
    getProject: async (id: string) => projects.find((each) => each.id === id),
    getDeployment: async (id: string) => deployments.find((each) => each.id === id),
    listDeployments: async ({ projectId, limit }: { projectId?: string; limit: number }) =>
      deployments.filter((each) => !projectId || each.projectId === projectId).slice(0, limit),
    progressOf: async () => undefined,
    timeline: async () => timelineOf(metricsOf(record(), shop, usualDay), []),
  };
  return app as unknown as App;
}

const good = deployment({ id: 'd1', facts: { operation: 'deploy', url: 'http://a/', taskDefinitionArn: 'shop:1' } });
const better = deployment({ id: 'd2', facts: { operation: 'deploy', url: 'http://b/', taskDefinitionArn: 'shop:2' } });
const bad = deployment({ id: 'd3', status: 'failed', errorMessage: 'It did not come up.' });

describe('the dashboard', () => {
  test('shows what is live although the newest deployment failed', async () => {
    const { projects } = await dashboardFacts(appWith([project()], [bad, good]), none, place);
    expect(projects).toMatchObject([
      { latest: { id: 'd3', cause: 'It did not come up.' }, live: { id: 'd1', url: 'http://a/' }, canRollBack: true },
    ]);
  });

  test.each([
    ['/home/kim/shop', '', 'shop'],
    ['https://github.com/example/shop.git', 'main', 'github.com/example/shop, main'],
    ['git@gitlab.com:example/shop.git', '', 'git@gitlab.com:example/shop.git'],
  ])('names the source %s in few words', async (repositoryUrl, branch, source) => {
    const { projects } = await dashboardFacts(appWith([project({ repositoryUrl, branch })], []), none, place);
    expect(projects).toMatchObject([{ source }]);
  });

  test('is a fact that the page accepts, and says nothing of logs, holders and options', async () => {
    const secret = project({ options: { environment: { TOKEN: 'hush' } } });
    const dashboard = await dashboardFacts(appWith([secret], [deployment({ logs: 'a long log' })]), none, place);
    // As it arrives: what is undefined is not there.
    const arrived = JSON.parse(JSON.stringify({ type: 'dashboard', dashboard }));
    expect(readFact(arrived)).toEqual(arrived);
    expect(JSON.stringify(arrived)).not.toMatch(/hush|a long log|holder/);
  });
});

describe('the monitor', () => {
  const can = async (shown: Deployment, all: Deployment[]) =>
    (await monitorFacts(appWith([project()], all), shown.id, undefined)).can;

  test('offers to cancel what runs, and nothing else', async () => {
    const running = deployment({ id: 'd4', status: 'inprogress', completedAt: undefined });
    expect(await can(running, [running, good])).toEqual({
      cancel: true,
      retry: false,
      resume: false,
      rollBack: false,
      rollBackTo: false,
    });
  });

  test('offers the way back from a failure', async () => {
    expect(await can(bad, [bad, good])).toMatchObject({ retry: true, rollBack: true, rollBackTo: false });
  });

  test('offers to go back to an earlier success', async () => {
    expect(await can(good, [better, good])).toMatchObject({ rollBack: false, rollBackTo: true });
  });

  test('offers to watch on where nobody watched to the end', async () => {
    const facts = { operation: 'deploy', ecsDeploymentId: 'ecs-svc/1', taskDefinitionArn: 'shop:3' } as const;
    const interrupted = deployment({ id: 'd5', status: 'interrupted', facts });
    expect(await can(interrupted, [interrupted, good])).toMatchObject({ resume: true, retry: true });
  });

  test('is a fact that the page accepts', async () => {
    const monitor = await monitorFacts(appWith([project()], [good]), 'd1', undefined);
    const arrived = JSON.parse(JSON.stringify({ type: 'monitor', monitor }));
    expect(readFact(arrived)).toEqual(arrived);
  });
});
