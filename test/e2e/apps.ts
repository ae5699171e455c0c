import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export type Files = Record<string, string>;

/** A Node app with nothing to install; `server` is its server.js. */
export function nodeApp(server: string): Files {
  const manifest = { name: 'e2e-app', version: '1.0.0', private: true };
  return {
    'package.json': `${JSON.stringify({ ...manifest, scripts: { start: 'node server.js' } }, null, 2)}\n`,
    'package-lock.json': `${JSON.stringify({ ...manifest, lockfileVersion: 3, packages: { '': manifest } }, null, 2)}\n`,
    'server.js': server,
  };
}

/** Answers every request with `text`, and ends as ECS asks it to. */
export function server(text: string, listen = 'process.env.PORT'): string {
  return `const server = require('node:http').createServer((request, response) => response.end(${JSON.stringify(text)}));
server.listen(${listen}, () => console.log('${text} is listening'));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;
}

export const webApp = (text: string): Files => nodeApp(server(text));

export function writeFiles(folder: string, files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** A git repository in `folder` with one commit of these files. */
export function makeRepository(folder: string, files: Files): void {
  mkdirSync(folder, { recursive: true });
  git(folder, 'init', '--quiet', '--initial-branch=main');
  commitFiles(folder, files, 'First version');
}

export function commitFiles(folder: string, files: Files, message: string): void {
  writeFiles(folder, files);
  git(folder, 'add', '--all');
  git(folder, '-c', 'user.name=Test', '-c', 'user.email=test@example.invalid', 'commit', '--quiet', '-m', message);
}

export function git(folder: string, ...options: string[]): string {
  const config = ['-c', 'commit.gpgsign=false', '-c', 'core.hooksPath=/dev/null'];
  return execFileSync('git', ['-C', folder, ...config, ...options], { encoding: 'utf8' }).trim();
}
