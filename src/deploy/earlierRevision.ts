import { call } from '../services/aws.ts';
import type { Deployment } from '../shared/models.ts';
import { describeService, type Look } from './destination.ts';

/** What a rollback goes to: a deployment of the history, or a revision that is known by its name alone. */
export type RollbackGoal = Pick<Deployment, 'id' | 'commitSha' | 'commitMessage' | 'imageTag' | 'facts'>;

/** A revision by its ARN, or as `family:12`. */
export function revisionGoal(revision: string): RollbackGoal {
  const id = revision.split('/').pop() ?? revision;
  const facts = { operation: 'deploy', taskDefinitionArn: revision } as const;
  return { id, commitSha: '', commitMessage: id, imageTag: '', facts };
}

/**
 * The last success that ECS itself remembers before the revision that runs, for a computer without history such as a
 * pipeline's. Undefined where there is none. @throws DeployError of the AWS group
 */
export async function earlierRevision(look: Look): Promise<RollbackGoal | undefined> {
  const service = await describeService(look);
  if (!service) return undefined;
  for (const revisionArn of await succeeded(look)) {
    const revision = await taskDefinitionOf(look, revisionArn);
    if (revision && revision !== service.taskDefinition) return revisionGoal(revision);
  }
  return undefined;
}

/** The service revisions of successful deployments, newest first. */
async function succeeded(look: Look): Promise<string[]> {
  const [{ ListServiceDeploymentsCommand }, ecs] = await Promise.all([import('@aws-sdk/client-ecs'), look.aws.ecs()]);
  const { awsCluster: cluster, awsService: service } = look.project;
  const command = new ListServiceDeploymentsCommand({ cluster, service, status: ['SUCCESSFUL'], maxResults: 100 });
  const { serviceDeployments = [] } = await call(
    'ecs:ListServiceDeployments',
    (options) => ecs.send(command, options),
    look,
  );
  const newestFirst = serviceDeployments.toSorted((a, b) => Number(b.createdAt ?? 0) - Number(a.createdAt ?? 0));
  return newestFirst.flatMap(({ targetServiceRevisionArn }) => targetServiceRevisionArn ?? []);
}

async function taskDefinitionOf(look: Look, revisionArn: string): Promise<string | undefined> {
  const [{ DescribeServiceRevisionsCommand }, ecs] = await Promise.all([import('@aws-sdk/client-ecs'), look.aws.ecs()]);
  const command = new DescribeServiceRevisionsCommand({ serviceRevisionArns: [revisionArn] });
  const { serviceRevisions = [] } = await call(
    'ecs:DescribeServiceRevisions',
    (options) => ecs.send(command, options),
    look,
  );
  return serviceRevisions[0]?.taskDefinition;
}
