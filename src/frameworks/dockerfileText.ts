/** Exec form: JSON, so that nothing in it can become an instruction or a shell's syntax. */
export function execForm(words: readonly string[]): string {
  // JSON escapes quotes, backslashes and line ends; Docker reads it as it is and replaces no variable in it.
  // What would begin a here-document elsewhere is written as its code, so that nobody takes it for one.
  return JSON.stringify(words).replaceAll('<<', '\\u003c<');
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
  const chain = /^(.*(?:&&|;)\s*)([^;&]+)$/s.exec(command);
  const [, before = '', last = ''] = chain ?? [];
  if (
    !chain ||
    !before
      .split(/&&|;/)
      .slice(0, -1)
      .every((each) => plainWords(each)) ||
    !plainWords(last)
  )
    return command;
  return `${before}exec ${isAssignment(last) ? 'env ' : ''}${last.trim()}`;
}

function isAssignment(text = ''): boolean {
  return /^\w+=/.test(text);
}

/**
 * RUN for a command that a project or its user named; `cache` is a folder that BuildKit keeps from build to build.
 * A command that could end its line, or begin something else, stands in exec form.
 */
export function runFor(command: string, cache = ''): string {
  const mount = cache && `--mount=type=cache,target=${cache} `;
  const isPlain = /^[\w./@][^\r\n\u2028\u2029\\]*$/.test(command) && !command.includes('<<');
  return `RUN ${mount}${isPlain ? command : execForm(['/bin/sh', '-c', command])}`;
}

/** Packages of Debian, without the lists that were needed to find them. */
export function aptLine(packages: readonly string[]): string {
  const install = `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  return `RUN ${install} && rm -rf /var/lib/apt/lists/*`;
}

/** COPY for single files, each to the folder where it stands. */
export function copyLines(files: readonly string[]): string[] {
  const folders = new Map<string, string[]>();
  for (const file of files) {
    const folder = file.slice(0, file.lastIndexOf('/') + 1) || './';
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  return [...folders].map(([folder, each]) => `COPY ${each.join(' ')} ${folder}`);
}

/** For engines without BuildKit: the same, without what their builder does not know. */
export function plainForm(dockerfile: string): string {
  return dockerfile.replace(/^RUN (?:--mount=\S+ )+/gm, 'RUN ');
}

/** Where what an app is built of lies, not only what was downloaded for it. */
const builtOf = ['/go/pkg/mod', '/root/.m2', '/root/.gradle', '/root/.nuget/packages', '/usr/local/cargo/registry'];

/** For a build whose layers another computer takes over: these folders in layers, since a mount stays where it is. */
export function layeredForm(dockerfile: string): string {
  return dockerfile.replace(/^RUN (?:--mount=\S+ )+/gm, (run) =>
    run.replace(/--mount=type=cache,target=(\S+) /g, (mount, folder: string) =>
      builtOf.includes(folder) ? '' : mount,
    ),
  );
}

/** Joins the parts of a Dockerfile; `false` falls away, an empty string is an empty line. */
export function dockerfileOf(...parts: (string | false)[]): string {
  return `${parts.filter((part) => part !== false).join('\n')}\n`;
}

/** Never of use inside an image. */
export const commonIgnores = [
  '.git',
  '.gitignore',
  '.dockerignore',
  '.deployotron',
  '.vscode',
  '.idea',
  '**/.DS_Store',
  'Dockerfile*',
];
