import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder of its own below the system's, for one test file; `remove` it at the end. */
export function temporaryFolder(name: string): { path: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), `deployotron-${name}-`));
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

const author = {
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.invalid',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.invalid',
  GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z',
  GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z',
};

/** Unix seconds of every commit that `git` makes here. */
export const commitTime = Date.parse(author.GIT_COMMITTER_DATE) / 1000;

/** Runs git with settings of its own, whatever the user's are; returns its stdout, and throws when it fails. */
export function git(directory: string, ...args: string[]): string {
  const settings = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_ALLOW_PROTOCOL: 'file' };
  const env = { PATH: process.env.PATH, HOME: directory, ...author, ...settings };
  return execFileSync('git', args, { cwd: directory, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

/** Text of a file; `{ link }` for a symbolic link, `{ script }` for an executable. */
export type FileContent = string | { link: string } | { script: string };

export function writeFiles(directory: string, files: Readonly<Record<string, FileContent>>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(directory, name);
    mkdirSync(path.dirname(file), { recursive: true });
    if (typeof content === 'string') writeFileSync(file, content);
    else if ('link' in content) symlinkSync(content.link, file);
    else {
      writeFileSync(file, content.script);
      chmodSync(file, 0o755);
    }
  }
}

/** Makes a repository with one commit of `files` on `main`; returns the commit's id. */
export function makeRepository(
  directory: string,
  files: Readonly<Record<string, FileContent>>,
  message = 'First',
): string {
  mkdirSync(directory, { recursive: true });
  git(directory, 'init', '--quiet', '--initial-branch=main');
  return commit(directory, files, message);
}

export function commit(directory: string, files: Readonly<Record<string, FileContent>>, message: string): string {
  writeFiles(directory, files);
  git(directory, 'add', '--all');
  git(directory, 'commit', '--quiet', '--allow-empty', '--message', message);
  return git(directory, 'rev-parse', 'HEAD');
}
