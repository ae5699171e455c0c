import { AwsError } from './action.ts';

/**
 * One page of a list that is sorted by `keyOf`. The token names the last item that was seen, so that items which
 * come or go between two pages neither shift nor repeat the others.
 * @throws AwsError InvalidParameterException for a token that did not come from here.
 */
export function page<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  token: string | undefined,
  limit: number,
): { items: T[]; nextToken?: string } {
  const after = token === undefined ? undefined : decode(token);
  const rest = after === undefined ? items : items.filter((item) => keyOf(item) > after);
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  if (last === undefined || shown.length === rest.length) return { items: shown };
  return { items: shown, nextToken: Buffer.from(JSON.stringify(keyOf(last))).toString('base64url') };
}

function decode(token: string): string {
  try {
    const key = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (typeof key === 'string') return key;
  } catch {}
  throw new AwsError(
    'InvalidParameterException',
    "Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid token'",
  );
}

/** Compares as the tokens of `page` do. */
export function byKey<T>(keyOf: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0);
}
