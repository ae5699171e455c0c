import { fail } from '../shared/errors.ts';

/** Exec form: JSON, so that nothing in it can become an instruction or a shell's syntax. */
export function execForm(words: readonly string[]): string {
  // JSON escapes quotes, backslashes and line ends; Docker reads it as it is and replaces no variable in it.
  return JSON.stringify(words);
}

/** A command line as an instruction of one line, run by the shell that the user wrote it for. */
export function shellForm(command: string): string {
  return execForm(['/bin/sh', '-c', command]);
}

/** The words of a command that needs no shell; undefined when it uses anything that only a shell understands. */
export function plainWords(command: string): string[] | undefined {
  const trimmed = command.trim();
  if (!trimmed || /[^\w\s./:@%+,=-]/.test(trimmed)) return undefined;
  const words = trimmed.split(/\s+/);
  return words[0]?.includes('=') ? undefined : words;
}

/** CMD for a start command: without a shell where that is possible, since a shell does not pass SIGTERM on. */
export function cmdFor(command: string): string {
  const words = plainWords(command);
  // `exec` makes the shell give its place to the app, so that SIGTERM reaches it.
  return words ? execForm(words) : shellForm(/[;&|]/.test(command) ? command : `exec ${command}`);
}

/** A version as it may stand in an image's tag. @throws DeployError InvalidOption */
export function safeVersion(what: string, version: string): string {
  if (!/^\d+(\.\d+){0,2}$/.test(version)) throw fail('InvalidOption', what, version, 'a version such as 22 or 3.13');
  return version;
}

/** Joins the lines of a Dockerfile; what is false falls away. */
export function dockerfileOf(...parts: (string | false)[]): string {
  return `${parts.filter((part) => part !== false).join('\n')}\n`;
}

/** Never of use inside an image. */
export const commonIgnores = [
  '.git',
  '.gitignore',
  '.dockerignore',
  '.env',
  '.env.*',
  '.vscode',
  '.idea',
  '**/.DS_Store',
  'Dockerfile*',
];
