import { connectDocker, removeImageTags } from '../services/docker.ts';
import type { Project } from '../shared/models.ts';

/** Marks the images that we build, so that we find our own again. */
export const projectLabel = 'deployotron.project';
/** https://github.com/opencontainers/image-spec, annotations: the commit that the image was made of. */
export const commitLabel = 'org.opencontainers.image.revision';

/**
 * Takes the names away that a deployment gave in the local engine. After a success the pushed image stays, since the
 * next push sends only what differs from it; its forerunners go. After a failure all that carries its tag goes.
 */
export async function tidyLocalImages(project: Project, tag: string, succeeded: boolean): Promise<void> {
  const docker = await connectDocker();
  const images = await docker.listImages({ filters: { label: [`${projectLabel}=${project.name}`] } });
  const names = images.flatMap((image) => namesOf(image.RepoTags));
  const isOurs = (name: string) => name.endsWith(`:${tag}`);
  const isKept = (name: string) => isOurs(name) && name !== `${project.ecrRepository}:${tag}`;
  // An image that lost its names while a container used it goes when that container has gone.
  const nameless = images.filter((image) => namesOf(image.RepoTags).length === 0).map((image) => image.Id);
  await removeImageTags(docker, [...names.filter((name) => (succeeded ? !isKept(name) : isOurs(name))), ...nameless]);
}

function namesOf(tags: readonly string[] | undefined): string[] {
  return (tags ?? []).filter((name) => name !== '<none>:<none>');
}
