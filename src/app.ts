import path from 'node:path';
import { assistantOperations } from './assistant/operations.ts';
import { awsTargetOf } from './deploy/awsTarget.ts';
import { findDefaultVpc } from './deploy/defaultNetwork.ts';
import type { DeployWishes } from './deploy/deploy.ts';
import type { Look } from './deploy/destination.ts';
import { earlierRevision, type RollbackGoal, revisionGoal } from './deploy/earlierRevision.ts';
import { lookUpExisting } from './deploy/existing.ts';
import { traceExporter } from './deploy/exportTraces.ts';
import { keepGitToken } from './deploy/gitToken.ts';
import { removeLeftovers } from './deploy/leftovers.ts';
import { checkedChange, type NewProject, newProject, type ProjectChange } from './deploy/newProject.ts';
import { createOrchestrator, type RunningDeployment } from './deploy/orchestrator.ts';
import { pastDeployments } from './deploy/pastDeployments.ts';
import { rollbackTargets } from './deploy/rollbackTargets.ts';
import { secretsToHide } from './deploy/runRecipe.ts';
import { findService, serviceStatus } from './deploy/serviceStatus.ts';
import { commandOf } from './deploy/steps/registerTaskDefinition.ts';
import { lookUpStored } from './deploy/stored.ts';
import { detectFolder } from './frameworks/folder.ts';
import { type CiPlan, ciPlan } from './infrastructure/ci/plan.ts';
import { type Assumptions, estimate, usageOf } from './infrastructure/cost/estimate.ts';
import { type ServicePlan, servicePlan } from './infrastructure/servicePlan.ts';
import { connectAws } from './services/aws.ts';
import { actualCosts } from './services/costExplorer.ts';
import { readWorkingTree } from './services/git.ts';
import { parseRepositoryUrl } from './services/gitUrl.ts';
import { whoAmI } from './services/identity.ts';
import { fail, messageOf } from './shared/errors.ts';
import type { DeployEvent } from './shared/events.ts';
import type { Host } from './shared/host.ts';
import { appOptionsOf, type Deployment, isFinished, type Project, type ProjectOptions } from './shared/models.ts';
import { applyEvent, type Progress } from './shared/progress.ts';
import { openDatabase } from './storage/database.ts';
import * as deployments from './storage/deployments.ts';
import { currentHolder } from './storage/lock.ts';
import * as logs from './storage/logs.ts';
import * as projects from './storage/projects.ts';
import { prune } from './storage/retention.ts';

/** Everything that a face can ask for; the only place where things are wired. */
export type App = Awaited<ReturnType<typeof createApp>>;

/**
 * Opens the history and cleans up after processes that died.
 * @throws DeployError of the storage group
 */
export async function createApp(host: Host, onEvent: (event: DeployEvent) => void) {
  const notices: string[] = [];
  const database = openDatabase(host.storageDir, (notice) => notices.push(notice.message));
  const records = {
    insert: (record: Deployment) => deployments.insertDeployment(database, record),
    update: (id: string, change: Partial<Deployment>) => deployments.updateDeployment(database, id, change),
    noteFramework: (id: string, recognised: Pick<Project, 'framework' | 'kind'>) =>
      projects.updateProject(database, id, recognised),
    openLog: (id: string, kind: logs.LogKind) => logs.openLog(host.storageDir, id, kind),
  };
  const orchestrator = createOrchestrator(host, records, onEvent, currentHolder());
  const tidyAfterTheDead = async () => {
    const interrupted = await deployments.markInterrupted(database, host.storageDir);
    await removeLeftovers(host.storageDir, interrupted);
    return interrupted;
  };
  const interrupted = await tidyAfterTheDead();
  /** Asked while another process's deployment is followed: that process may die. */
  const hasEnded = async (id: string) => {
    await tidyAfterTheDead();
    return isFinished((await deployments.getDeployment(database, id)).status);
  };

  /** How far a deployment came, by the events that are written of it; undefined when there are none. */
  const progressOf = async (id: string): Promise<Progress | undefined> => {
    let progress: Progress | undefined;
    for await (const line of logs.readLog(host.storageDir, id, { kind: 'events' })) {
      const event = parseEvent(line);
      if (event) progress = applyEvent(progress, event);
    }
    return progress;
  };
  const traces = traceExporter(host, progressOf);
  const { keepDays, keepDeployments } = host.settings();
  const pruned = prune(database, host.storageDir, { keepDays, keepDeployments }).catch((error) =>
    host.log(`The history could not be shortened: ${messageOf(error)}`),
  );

  const app = {
    host,
    /** What was found damaged at the start and put right. */
    notices,
    /** Deployments whose process had died; they are marked and cleaned up. */
    interrupted,
    running: orchestrator.running,
    /** Settles when the history has lost what the settings do not keep. */
    shortened: pruned,
    close: async () => {
      await Promise.all([pruned, traces.settled()]);
      await database.close();
    },

    listProjects: () => projects.listProjects(database),
    /** Undefined when there is none of that name. */
    findProject: async (name: string) =>
      (await projects.listProjects(database)).find((each) => each.name.toLowerCase() === name.toLowerCase()),
    getProject: (idOrName: string) => projects.getProject(database, idOrName),
    addProject: async (input: NewProject) => {
      const project = newProject(input);
      await keepToken(host, input.repositoryUrl);
      return projects.addProject(database, project);
    },
    updateProject: async (idOrName: string, change: ProjectChange) => {
      const values = checkedChange(change);
      if (change.repositoryUrl) await keepToken(host, change.repositoryUrl);
      return projects.updateProject(database, idOrName, values);
    },
    removeProject: (idOrName: string) => projects.removeProject(database, host.storageDir, idOrName),

    /** @throws DeployError AlreadyDeploying */
    deploy: async (project: Project, wishes: DeployWishes): Promise<RunningDeployment> =>
      traces.trace(project, await orchestrator.deploy(project, wishes)),
    /**
     * Without `id`: to the newest success before the one that runs, as the history knows it, else ECS.
     * `id` is that of a deployment, or a revision such as `shop:12`. @throws DeployError NothingToRollBackTo
     */
    rollback: async (project: Project, id?: string): Promise<RunningDeployment> =>
      traces.trace(project, await orchestrator.rollback(project, await rollbackGoal(project, id))),
    /** Successes that a rollback can go to, the default first. */
    rollbackTargets: async (project: Project): Promise<Deployment[]> =>
      rollbackTargets(await deployments.listDeployments(database, { projectId: project.id, limit: 200 })),
    /** Watches on where nobody did. @throws DeployError NotResumable, AlreadyDeploying */
    resume: async (id: string): Promise<RunningDeployment> => {
      const record = await deployments.getDeployment(database, id);
      const project = await projects.getProject(database, record.projectId);
      return traces.trace(project, await orchestrator.resume(project, record));
    },
    cancel: orchestrator.cancel,
    /** Those of every process; `running` has those of this one. */
    listRunning: () => deployments.listRunning(database),
    /** Sends those that have ended to the OpenTelemetry receiver, and answers with how many. @throws DeployError TraceNotSent */
    exportTraces: async (records: readonly Deployment[]): Promise<number> => {
      const known = await projects.listProjects(database);
      let sent = 0;
      for (const record of records.filter(({ status }) => isFinished(status)))
        if (
          await traces.send(
            record,
            known.find(({ id }) => id === record.projectId),
          )
        )
          sent++;
      return sent;
    },
    listDeployments: (query: deployments.DeploymentQuery) => deployments.listDeployments(database, query),
    getDeployment: (id: string) => deployments.getDeployment(database, id),
    readLog: (id: string) => logs.readLog(host.storageDir, id),
    /** From the byte `from` on, which is the start of a line. */
    followLog: (id: string, signal: AbortSignal, from = 0) =>
      logs.readLog(host.storageDir, id, { from, follow: signal, hasEnded: () => hasEnded(id) }),
    /** Where the last `most` bytes of a log begin. */
    logStart: (id: string, most: number) => logs.logStart(host.storageDir, id, most),
    progressOf,
    /** The events of a deployment of any process, from its start to its end or until `signal`. */
    async *followEvents(id: string, signal: AbortSignal): AsyncGenerator<DeployEvent> {
      const options = { kind: 'events', follow: signal, hasEnded: () => hasEnded(id) } as const;
      let last: DeployEvent | undefined;
      for await (const line of logs.readLog(host.storageDir, id, options)) {
        const event = parseEvent(line);
        if (!event) continue;
        last = event;
        yield event;
      }
      // Its process may have died before it could say so, and the record is written before the last event.
      if (!signal.aborted && last?.type !== 'deployment-finished')
        yield finishedEvent(await deployments.getDeployment(database, id));
    },
    /** How the service of a project stands at this moment, in words. */
    serviceStatus: (project: Project) => serviceStatus(connectAws(awsTargetOf(project, host)), project),
    /** @throws DeployError of the AWS group */
    serviceExists: async (project: Project) =>
      (await findService(connectAws(awsTargetOf(project, host)), project)) !== undefined,
    /** Where a new service runs that is told no subnets; undefined where the account has none. @throws DeployError of the AWS group */
    defaultVpc: (project: Project) => findDefaultVpc(lookAt(host, project)),
    /** What stands in AWS under the names of a project. */
    existing: (project: Project) => lookUpExisting(lookAt(host, project)),
    /** What a project costs a month as it runs, or would run where it does not yet, and with a change. */
    costOf: async (project: Project, change: ProjectOptions, assumed: Assumptions) => {
      const look = lookAt(host, project);
      const found = await lookUpExisting(look);
      const stored = await lookUpStored(look, found);
      const set = found.service ? {} : project.options;
      const { region } = look.aws.target;
      const now = estimate(usageOf(found, stored, set, assumed), region);
      return { region, now, changed: estimate(usageOf(found, stored, { ...set, ...change }, assumed), region) };
    },
    /** What it really cost, by its tag. @throws DeployError of the AWS group */
    actualCosts: (project: Project) => {
      const { aws, signal } = lookAt(host, project);
      return actualCosts(aws, project.name, { signal });
    },
    /** What the generators make infrastructure of: the app in a folder, with what is set for its project. */
    planService: async (project: Project, folder: string): Promise<ServicePlan> => {
      const app = await detectFolder(folder, appOptionsOf(project.options));
      const { port, healthPath } = app;
      const region = awsTargetOf(project, host).region;
      return servicePlan(project, region, { port, healthPath, command: commandOf(app) ?? [] });
    },
    /** In which AWS a project lives; the account is empty where AWS cannot be asked. */
    whereIs: async (project: Project) => {
      const target = awsTargetOf(project, host);
      const who = whoAmI(connectAws(target), AbortSignal.timeout(10_000));
      const { account } = await who.catch(() => ({ account: '' }));
      return { account, region: target.region, endpoint: target.endpoint };
    },
    /** Values that must not show anywhere. */
    secretsOf: async (project: Project | undefined) => (project ? secretsToHide(host, project) : []),
    /** What a pipeline is made of, as far as the project and its folder say. */
    planPipeline: async (project: Project, folder: string): Promise<CiPlan> => {
      const { branch, remoteUrl } = await readWorkingTree(path.resolve(folder));
      // What is not recognised gets its pipeline, too: its Dockerfile may come with a later commit.
      const app = await detectFolder(folder, appOptionsOf(project.options)).catch(() => undefined);
      const buildSecrets = app?.buildSecrets?.map(({ name }) => name) ?? [];
      return ciPlan(project, awsTargetOf(project, host).region, { branch, remoteUrl, buildSecrets });
    },
  };
  return { ...app, ...assistantOperations(app), ...pastDeployments(app) };

  async function rollbackGoal(project: Project, id: string | undefined): Promise<RollbackGoal> {
    if (id?.includes(':')) return revisionGoal(id);
    if (id) {
      const named = await deployments.getDeployment(database, id);
      if (named.projectId === project.id && named.status === 'success') return named;
      throw fail('NothingToRollBackTo', project.name);
    }
    const [last] = await app.rollbackTargets(project);
    const goal = last ?? (await earlierRevision(lookAt(host, project)));
    if (!goal) throw fail('NothingToRollBackTo', project.name);
    return goal;
  }
}

/** What a look at the AWS of a project needs. */
function lookAt(host: Host, project: Project): Look {
  return { aws: connectAws(awsTargetOf(project, host)), project, signal: AbortSignal.timeout(60_000) };
}

/** A token that stands in the address of a repository goes where secrets are kept, for that server alone. */
async function keepToken(host: Host, repositoryUrl: string): Promise<void> {
  const { token } = parseRepositoryUrl(repositoryUrl);
  if (token) await keepGitToken(host.secrets, repositoryUrl, token);
}

/** A line that a killed process left unfinished is no event. */
function parseEvent(line: string): DeployEvent | undefined {
  try {
    return JSON.parse(line) as DeployEvent;
  } catch {
    return undefined;
  }
}

function finishedEvent({ id, status, failure, facts, completedAt = 0 }: Deployment): DeployEvent {
  const end = { deploymentId: id, at: completedAt * 1000, type: 'deployment-finished', status } as const;
  return { ...end, ...(failure && { failure }), ...(facts.url && { url: facts.url }) };
}
