import { fail } from '../shared/errors.ts';
import type { BaseImage } from './framework.ts';

/** Mirrors that hold only Docker's own ("official") images; what has an owner comes from where its owner keeps it. */
const officialOnly = /\/library$/;

/**
 * Names base images as they are called in `registry`, such as `public.ecr.aws/docker/library` or a company's mirror of
 * Docker Hub; empty means Docker Hub itself. Names that begin with a host stay as they are.
 * @throws DeployError InvalidOption for what cannot be the beginning of an image's name
 */
export function baseImagesFrom(registry: string): BaseImage {
  const prefix = registry.replace(/^https?:\/\//, '').replace(/\/+$/, '');
  // https://github.com/distribution/reference: a host with a dot, a port or `localhost`, then lower-case parts.
  const isPrefix =
    /^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?|[a-z0-9-]+:\d+|localhost)(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/;
  if (prefix && !isPrefix.test(prefix)) {
    throw fail(
      'InvalidOption',
      'The registry of base images',
      registry,
      'it must look like public.ecr.aws/docker/library',
    );
  }
  return (name) => {
    const [first = '', ...rest] = name.split('/');
    if (!prefix || (rest.length > 0 && (first.includes('.') || officialOnly.test(prefix)))) return name;
    return `${prefix}/${name}`;
  };
}
