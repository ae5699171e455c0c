import { spawn } from 'node:child_process';

const running = new Set();

/** For a command that is asked to end (Ctrl+C): what it started ends with it. */
export function endChildren(signal) {
  for (const child of running) child.kill(signal);
}

/**
 * Runs a program to its end and resolves whatever its outcome: { code, stdout, stderr }.
 * A program that cannot be started resolves with code 127, one that outlives `timeoutMs` with code 124.
 * With `untilOutputMs` the limit holds only until its first output: it has shown that it is getting somewhere.
 *
 * @typedef {{ cwd?: string, env?: NodeJS.ProcessEnv, inherit?: boolean, timeoutMs?: number, untilOutputMs?: number }} RunOptions
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
export function run(command, args, { cwd, env, inherit = false, timeoutMs, untilOutputMs } = {}) {
  return new Promise((resolve) => {
    const stdio = inherit ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'];
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio });
    running.add(child);
    const output = { stdout: '', stderr: '' };
    let tooLate = false;
    const stop = () => {
      tooLate = true;
      child.kill('SIGKILL');
    };
    const limits = [timeoutMs, untilOutputMs].map((ms) => (ms ? setTimeout(stop, ms) : undefined));
    for (const name of ['stdout', 'stderr']) {
      child[name]?.setEncoding('utf8').on('data', (text) => {
        output[name] += text;
        clearTimeout(limits[1]);
      });
    }
    const finish = (code) => {
      running.delete(child);
      for (const limit of limits) clearTimeout(limit);
      resolve({ ...output, code: tooLate ? 124 : code });
    };
    child.once('error', (error) => {
      output.stderr += error.message;
      finish(127);
    });
    child.once('close', (code) => finish(code ?? 1));
  });
}

/**
 * Like `run`, but throws what a failing program said (its beginning and end), after `sentence`. Resolves with its output.
 *
 * @param {string} sentence
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 */
export async function mustRun(sentence, command, args, options) {
  const result = await run(command, args, options);
  if (result.code === 0) return result.stdout.trim();
  const lines = (result.stdout + result.stderr).trim().split('\n');
  const said = lines.length > 30 ? [...lines.slice(0, 15), '...', ...lines.slice(-15)].join('\n') : lines.join('\n');
  throw new Error(`${sentence} (${command} ended with code ${result.code})${said ? `:\n${said}` : '.'}`);
}

export const isRoot = () => process.getuid?.() === 0;

/** Installs Debian packages on this machine; only as root. */
export async function aptInstall(...packages) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  if ((await run('apt-get', install, { env })).code === 0) return;
  await run('apt-get', ['update'], { env });
  await mustRun(`${packages.join(' and ')} could not be installed`, 'apt-get', install, { env });
}

/** Ends the command with one sentence instead of a stack: what went wrong here is not a programming error. */
export function endWithSentence(error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
