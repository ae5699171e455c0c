import { call } from '../services/aws.ts';
import { type Look, undefinedWhen } from './destination.ts';

/** The digest of the project's image with this tag; undefined where the registry has none. */
export async function pushedDigest(ctx: Look, tag: string): Promise<string | undefined> {
  const [{ DescribeImagesCommand }, ecr] = await Promise.all([import('@aws-sdk/client-ecr'), ctx.aws.ecr()]);
  const command = new DescribeImagesCommand({
    repositoryName: ctx.project.ecrRepository,
    imageIds: [{ imageTag: tag }],
  });
  const missing = ['ImageNotFoundException'];
  return call('ecr:DescribeImages', (options) => ecr.send(command, options), ctx, missing)
    .then((answer) => answer.imageDetails?.[0]?.imageDigest)
    .catch(undefinedWhen(missing));
}
