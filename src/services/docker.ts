import type Dockerode from 'dockerode';
import { fail } from '../shared/errors.ts';
import { dockerEndpoint } from './dockerEndpoint.ts';
import { dockerFailure, statusOf } from './dockerFailure.ts';
import { splitReference } from './imageReference.ts';

export {
  type BuildRequest,
  type BuiltImage,
  buildImage,
} from './dockerBuild.ts';
export {
  type PushRequest,
  pushImage,
  type RegistryAuth,
} from './dockerPush.ts';

/** The Docker engine of this user; nothing is sent yet. Throws InvalidOption for a DOCKER_HOST that is no address. */
export async function connectDocker(): Promise<Dockerode> {
  const { default: Docker } = await import('dockerode');
  const endpoint = await dockerEndpoint(process.env);
  try {
    return new Docker(endpoint);
  } catch {
    throw fail('InvalidOption', 'DOCKER_HOST', process.env.DOCKER_HOST ?? '', 'it should look like tcp://host:2375');
  }
}

/** Throws DockerNotRunning, DockerNotAllowed or DockerNotAnswering unless the engine answers within `seconds`. */
export async function checkDocker(docker: Dockerode, signal: AbortSignal, seconds = 5): Promise<void> {
  const limit = AbortSignal.timeout(seconds * 1000);
  try {
    // Options that dockerode takes and its types leave out.
    const ping = docker.ping as unknown as (options: { abortSignal: AbortSignal }) => Promise<unknown>;
    await ping.call(docker, { abortSignal: AbortSignal.any([signal, limit]) });
  } catch (error) {
    if (signal.aborted) throw fail('Cancelled');
    if (limit.aborted) throw fail('DockerNotAnswering', seconds);
    throw dockerFailure(error);
  }
}

/** What is known of a local image, by name or id; undefined when it is not there. */
export async function findImage(
  docker: Dockerode,
  reference: string,
): Promise<{ imageId: string; sizeBytes: number; labels: Record<string, string> } | undefined> {
  try {
    const image = await docker.getImage(reference).inspect();
    return {
      imageId: image.Id,
      sizeBytes: image.Size,
      labels: image.Config?.Labels ?? {},
    };
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw dockerFailure(error);
  }
}

export async function imageExists(docker: Dockerode, reference: string): Promise<boolean> {
  return (await findImage(docker, reference)) !== undefined;
}

/** Gives an image one more name, `host/repository:tag`. */
export async function tagImage(docker: Dockerode, image: string, reference: string): Promise<void> {
  const { repository, tag } = splitReference(reference);
  try {
    await docker.getImage(image).tag({ repo: repository, tag });
  } catch (error) {
    throw dockerFailure(error);
  }
}

/** Takes names away, and with the last one the image; what is gone already or used by a container is left. */
export async function removeImageTags(docker: Dockerode, references: readonly string[]): Promise<void> {
  for (const reference of references) {
    try {
      await docker.getImage(reference).remove();
    } catch (error) {
      if (![404, 409].includes(statusOf(error) ?? 0)) throw dockerFailure(error);
    }
  }
}
