/** Says whether a value from outside has the shape of T. */
export type Check<T> = (value: unknown) => value is T;
export type Checked<C> = C extends Check<infer T> ? T : never;

type Fields = Record<string, Check<unknown>>;
type OptionalKeys<F extends Fields> = { [K in keyof F]: undefined extends Checked<F[K]> ? K : never }[keyof F];
export type Shape<F extends Fields> = { [K in Exclude<keyof F, OptionalKeys<F>>]: Checked<F[K]> } & {
  [K in OptionalKeys<F>]?: Checked<F[K]>;
};

export const text: Check<string> = (value) => typeof value === 'string';
export const number: Check<number> = (value): value is number => Number.isFinite(value);
export const flag: Check<boolean> = (value) => typeof value === 'boolean';
/** What one of our own processes made, such as a project's: letters, digits and hyphens. */
export const id: Check<string> = (value): value is string => text(value) && /^[\w-]{1,64}$/.test(value);

export function oneOf<const T extends string>(values: readonly T[]): Check<T> {
  return (value): value is T => values.includes(value as T);
}

export function list<T>(item: Check<T>): Check<T[]> {
  return (value): value is T[] => Array.isArray(value) && value.every(item);
}

export function maybe<T>(check: Check<T>): Check<T | undefined> {
  return (value): value is T | undefined => value === undefined || check(value);
}

export function either<A, B>(one: Check<A>, other: Check<B>): Check<A | B> {
  return (value): value is A | B => one(value) || other(value);
}

export const texts: Check<Record<string, string>> = (value): value is Record<string, string> =>
  isPlain(value) && Object.values(value).every(text);

/** An object with these fields; others beside them do no harm. */
export function shape<F extends Fields>(fields: F): Check<Shape<F>> {
  const checks = Object.entries(fields);
  return (value): value is Shape<F> => isPlain(value) && checks.every(([name, check]) => check(own(value, name)));
}

export function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Never what is inherited, such as `constructor`. */
export function own(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
