import { call } from '../services/aws.ts';
import type { Existing } from '../shared/existing.ts';
import type { Look } from './destination.ts';

/** Bytes that are kept of a project: its images in ECR, each counted whole as ECR lists it, and its logs. */
export async function lookUpStored(
  look: Look,
  { repository, logGroup }: Existing,
): Promise<{ images: number; logs: number }> {
  const [images, logs] = await Promise.all([
    repository ? imageBytes(look) : 0,
    logGroup ? logBytes(look, logGroup.name) : 0,
  ]);
  return { images, logs };
}

async function imageBytes(look: Look): Promise<number> {
  const [{ DescribeImagesCommand }, ecr] = await Promise.all([import('@aws-sdk/client-ecr'), look.aws.ecr()]);
  const command = new DescribeImagesCommand({ repositoryName: look.project.ecrRepository, maxResults: 1000 });
  const { imageDetails = [] } = await call('ecr:DescribeImages', (options) => ecr.send(command, options), look);
  return imageDetails.reduce((sum, { imageSizeInBytes = 0 }) => sum + imageSizeInBytes, 0);
}

async function logBytes(look: Look, name: string): Promise<number> {
  const [{ DescribeLogGroupsCommand }, logs] = await Promise.all([
    import('@aws-sdk/client-cloudwatch-logs'),
    look.aws.logs(),
  ]);
  const command = new DescribeLogGroupsCommand({ logGroupNamePrefix: name });
  const { logGroups = [] } = await call('logs:DescribeLogGroups', (options) => logs.send(command, options), look);
  return logGroups.find((each) => each.logGroupName === name)?.storedBytes ?? 0;
}
