import { rm } from 'node:fs/promises';
import type Dockerode from 'dockerode';
import { connectDocker, removeImageTags } from '../services/docker.ts';
import { splitReference } from '../services/imageReference.ts';
import { messageOf } from '../shared/errors.ts';
import type { DeployContext } from './context.ts';
import type { Destination } from './destination.ts';

/** Marks the images that we build, so that we find our own again. */
export const projectLabel = 'deployotron.project';
/** https://github.com/opencontainers/image-spec, annotations: the commit that the image was made of. */
export const commitLabel = 'org.opencontainers.image.revision';

/**
 * What a pushed image leaves without a use goes while its rollout is watched: the sources, and in the local engine the
 * names of earlier images. The new image stays under the name that was pushed, and so does the one that it replaces,
 * since the next push sends only what differs from them. Never rejects: no deployment fails for this.
 */
export async function tidyUp(
  ctx: DeployContext,
  docker: Dockerode,
  tag: string,
  destination: Promise<Destination>,
): Promise<void> {
  const sources = rm(ctx.workDir, { recursive: true, force: true, maxRetries: 3 });
  const images = destination.then(({ taskDefinition }) => {
    const running = (taskDefinition?.containerDefinitions ?? []).map(({ image = '' }) => splitReference(image).tag);
    return removeNames(docker, ctx.project.name, (name) => {
      const { repository, tag: itsTag } = splitReference(name);
      return repository === ctx.project.ecrRepository || ![tag, ...running].includes(itsTag);
    });
  });
  await Promise.all([sources, images]).catch((error) => ctx.log('monitor', `Not tidied up: ${messageOf(error)}`));
}

/** After a failure all that carries its tag goes. */
export async function forgetImage(projectName: string, tag: string): Promise<void> {
  await removeNames(await connectDocker(), projectName, (name) => splitReference(name).tag === tag);
}

/** An image that lost its names while a container used it goes when that container has gone. */
async function removeNames(
  docker: Dockerode,
  projectName: string,
  isUseless: (name: string) => boolean,
): Promise<void> {
  const images = await docker.listImages({ filters: { label: [`${projectLabel}=${projectName}`] } });
  const names = images.flatMap((image) => namesOf(image.RepoTags));
  const nameless = images.filter((image) => namesOf(image.RepoTags).length === 0).map((image) => image.Id);
  await removeImageTags(docker, [...names.filter(isUseless), ...nameless]);
}

function namesOf(tags: readonly string[] | undefined): string[] {
  return (tags ?? []).filter((name) => name !== '<none>:<none>');
}
