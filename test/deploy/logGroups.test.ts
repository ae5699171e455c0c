import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureLogGroups } from '../../src/deploy/logGroups.ts';
import { connectAws } from '../../src/services/aws.ts';
import type { Project } from '../../src/shared/models.ts';
import { clientOptions, startTestSandbox } from '../support/sandbox.ts';

let sandbox: Awaited<ReturnType<typeof startTestSandbox>>;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox?.stop());

async function ensure(name: string): Promise<string[]> {
  const lines: string[] = [];
  await ensureLogGroups(
    {
      aws: connectAws({ region: 'us-east-1', endpoint: sandbox.endpoint, profile: '' }),
      project: { name: 'shop', environment: 'staging' } as Project,
      signal: AbortSignal.timeout(20_000),
      log: (_step, line) => lines.push(line),
    },
    {
      family: 'shop',
      containerDefinitions: [{ logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': name } } }],
    },
  );
  return lines;
}

async function tagsOf(name: string) {
  const logs = new CloudWatchLogsClient(clientOptions(sandbox.endpoint));
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
  const resourceArn = logGroups[0]?.logGroupArn;
  return (await logs.send(new ListTagsForResourceCommand({ resourceArn }))).tags;
}

test('a log group carries the tags of its project, and is made once', async () => {
  expect(await ensure('/ecs/shop')).toEqual([]);
  expect(await ensure('/ecs/shop')).toEqual([]);
  expect(await tagsOf('/ecs/shop')).toEqual({ 'deployotron:project': 'shop', 'deployotron:environment': 'staging' });
});

test('who may not tag it gets it without a tag, and is told', async () => {
  sandbox.faults.add({ action: 'CreateLogGroup', fault: { kind: 'accessDenied' } });
  expect(await ensure('/ecs/plain')).toEqual([expect.stringContaining('/ecs/plain')]);
  expect(await tagsOf('/ecs/plain')).toEqual({});
});
