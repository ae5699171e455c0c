import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Running {
  child: ChildProcess;
  finished: Promise<Finished>;
  /** Resolves when this text has come on stdout or stderr. Rejects when the program ends without it. */
  said(text: string): Promise<void>;
}

/** Builds the very file that users run, into a folder of its own. */
export async function buildCli() {
  const folder = mkdtempSync(path.join(tmpdir(), 'deployotron-cli-'));
  const file = path.join(folder, 'cli.cjs');
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const { bundle } = await import(path.join(root, 'esbuild.mjs'));
  await bundle(path.join(root, 'src/cli.ts'), file);
  const start = (args: string[], env: NodeJS.ProcessEnv = {}) => startCli(file, args, env);
  return {
    file,
    start,
    run: (args: string[], env: NodeJS.ProcessEnv = {}) => start(args, env).finished,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function startCli(file: string, args: string[], env: NodeJS.ProcessEnv): Running {
  const child = spawn(process.execPath, [file, ...args], { env: { ...process.env, NO_COLOR: '1', ...env } });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output.stderr += text;
  });
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ ...output, code: code ?? -1 }));
  });
  const said = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if ((output.stdout + output.stderr).includes(text)) resolve();
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      child.once('close', () => reject(new Error(`It ended without "${text}":\n${output.stdout}${output.stderr}`)));
      look();
    });
  return { child, finished, said };
}
