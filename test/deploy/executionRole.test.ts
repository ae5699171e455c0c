import { afterEach, expect, test } from 'vitest';
import type { Destination } from '../../src/deploy/destination.ts';
import { ensureExecutionRole } from '../../src/deploy/executionRole.ts';
import { iamRefusal, type QueryAnswer, serveQueries } from '../support/queryServer.ts';

const nothing: Destination = { repository: undefined, service: undefined, taskDefinition: undefined };
const isMissing = iamRefusal(404, 'NoSuchEntity', 'The role with name ecsTaskExecutionRole cannot be found.');
const isDenied = (action: string) =>
  iamRefusal(403, 'AccessDenied', `User: me is not authorized to perform: ${action}`);

let server: Awaited<ReturnType<typeof serveQueries>> | undefined;
afterEach(() => server?.stop());

async function iamThat(answers: Record<string, QueryAnswer>) {
  server = await serveQueries(answers);
  return server;
}

test('who may not make the missing role is told which rights it takes', async () => {
  const { look } = await iamThat({ GetRole: isMissing, CreateRole: isDenied('iam:CreateRole') });
  await expect(ensureExecutionRole(look(), nothing)).rejects.toMatchObject({
    failure: { code: 'ExecutionRoleMissing', remedy: { text: expect.stringContaining('iam:CreateRole') } },
  });
});

test('who may not look into IAM deploys all the same, for the role may be there', async () => {
  const { look, asked } = await iamThat({ GetRole: isDenied('iam:GetRole') });
  expect(await ensureExecutionRole(look(), nothing)).toBe(false);
  expect(asked).toEqual(['GetRole']);
});

test('IAM is not asked where the role is named, or the service has a task definition already', async () => {
  const { look, asked } = await iamThat({});
  const named = look({ options: { executionRoleArn: 'arn:aws:iam::123456789012:role/own' } });
  expect(await ensureExecutionRole(named, nothing)).toBe(false);
  expect(await ensureExecutionRole(look(), { ...nothing, taskDefinition: { family: 'shop' } })).toBe(false);
  expect(asked).toEqual([]);
});
