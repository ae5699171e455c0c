import type { Arg, Dockerfile, Env, Instruction } from 'dockerfile-ast';

export type Variables = ReadonlyMap<string, string>;

/** Values of ENV and ARG that hold for these instructions. */
export function variablesOf(parsed: Dockerfile, chain: readonly Instruction[]): Variables {
  const variables = new Map<string, string>();
  const set = (name: string, value: string | null | undefined) => {
    if (value && !variables.has(name)) variables.set(name, value);
  };
  // The nearest stage first, and ENV over ARG, as in a build.
  for (const env of chain.filter((each): each is Env => each.getKeyword() === 'ENV')) {
    for (const property of env.getProperties()) set(property.getName(), property.getValue());
  }
  for (const arg of [...chain, ...parsed.getInitialARGs()].filter((each): each is Arg => each.getKeyword() === 'ARG')) {
    const property = arg.getProperty();
    if (property) set(property.getName(), property.getValue());
  }
  return variables;
}

/** `$NAME`, `${NAME}` and `${NAME:-default}`, also where one variable names another. */
export function expand(text: string, variables: Variables, depth = 0): string {
  if (depth > 5) return text;
  return text.replace(/\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))/g, (whole, braced, fallback, plain) => {
    const value = variables.get(braced ?? plain) ?? fallback;
    return value === undefined ? whole : expand(value, variables, depth + 1);
  });
}
