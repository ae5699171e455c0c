/** The colon of a port is not the colon of a tag: only one after the last slash counts. */
export function splitReference(reference: string): {
  repository: string;
  tag: string;
} {
  const colon = reference.indexOf(':', reference.lastIndexOf('/') + 1);
  if (colon < 0) return { repository: reference, tag: 'latest' };
  return {
    repository: reference.slice(0, colon),
    tag: reference.slice(colon + 1),
  };
}

/** The registry of a reference, with its port. */
export function hostOf(reference: string): string {
  return reference.slice(0, Math.max(0, reference.indexOf('/'))) || 'docker.io';
}
