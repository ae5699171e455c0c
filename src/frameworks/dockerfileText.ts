/** Exec form: JSON, so that nothing in it can become an instruction or a shell's syntax. */
export function execForm(words: readonly string[]): string {
  // JSON escapes quotes, backslashes and line ends; Docker reads it as it is and replaces no variable in it.
  return JSON.stringify(words);
}

/**
 * CMD for a start command. Without a shell where that is possible: a shell does not hand SIGTERM on, so ECS would
 * have to kill the app. Where it needs one, `exec` gives the shell's place to the app.
 */
export function cmdFor(command: string): string {
  const words = plainWords(command);
  if (words) return execForm(isAssignment(words[0]) ? ['env', ...words] : words);
  return execForm(['/bin/sh', '-c', withExec(command)]);
}

/** The words of a command that needs no shell; undefined when it uses anything that only a shell understands. */
export function plainWords(command: string): string[] | undefined {
  const trimmed = command.trim();
  if (!trimmed || /[^\w\s./:@%+,=-]/.test(trimmed) || /[\r\n]/.test(trimmed)) return undefined;
  return trimmed.split(/\s+/);
}

function withExec(command: string): string {
  const bare = command.replace(/'[^']*'/g, '');
  if (!/[;&|\n\r(){}<>`]/.test(bare)) return `exec ${isAssignment(command) ? 'env ' : ''}${command}`;
  // A chain of plain commands: the last one is the app.
  const chain = command.split('&&').map((each) => each.trim());
  if (chain.length < 2 || !chain.every((each) => plainWords(each))) return command;
  const last = chain.pop() ?? '';
  return [...chain, `exec ${isAssignment(last) ? 'env ' : ''}${last}`].join(' && ');
}

function isAssignment(text = ''): boolean {
  return /^\w+=/.test(text);
}

/** Joins the parts of a Dockerfile; `false` falls away, an empty string is an empty line. */
export function dockerfileOf(...parts: (string | false)[]): string {
  return `${parts.filter((part) => part !== false).join('\n')}\n`;
}

/** Never of use inside an image. */
export const commonIgnores = ['.git', '.gitignore', '.dockerignore', '.vscode', '.idea', '**/.DS_Store', 'Dockerfile*'];
