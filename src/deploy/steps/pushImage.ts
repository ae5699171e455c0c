import type Dockerode from 'dockerode';
import { pushImage as push, tagImage } from '../../services/docker.ts';
import type { Step } from '../step.ts';
import { freshAuth, type Registry } from './authenticateRegistry.ts';
import type { Image } from './buildImage.ts';

export interface PushedImage {
  /** `host/repository:tag`, as ECS pulls it. */
  uri: string;
  /** `sha256:…` */
  digest: string;
  /** True when the registry had it already. */
  skipped: boolean;
}

interface Input {
  docker: Dockerode;
  image: Image;
  registry: Registry;
}

/** Step 7: brings the image to the registry; layers that are there already are not sent again. */
export const pushImage: Step<Input, PushedImage> = {
  id: 'push',
  async run(ctx, { docker, image, registry }) {
    const uri = `${registry.repositoryUri}:${image.tag}`;
    const digest = image.digest || (await send());
    await ctx.record({ facts: { imageUri: uri, imageDigest: digest } });
    return { uri, digest, skipped: image.digest !== '' };

    async function send(): Promise<string> {
      const reference = `${registry.pushRepository}:${image.tag}`;
      for (const name of new Set([reference, uri])) await tagImage(docker, image.localReference, name);
      const request = { reference, auth: registry.auth, refreshAuth: () => freshAuth(ctx) };
      return (await push(docker, request, ctx)).digest;
    }
  },
  summary: ({ digest, skipped }) => (skipped ? 'is there already' : digest.slice(0, 19)),
  skipped: ({ skipped }) => skipped,
};
