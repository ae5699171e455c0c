// A Docker engine for tests and demo: the one that runs, or Debian's, installed and started.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { aptInstall, endWithSentence, isRoot, run } from './process.mjs';

const PID_FILE = '/var/run/docker.pid';
const START_LIMIT_MS = 60_000;

/**
 * Resolves once a Docker engine answers, and sets DOCKER_HOST where the docker command's own context names another
 * socket than the usual one, since libraries do not read contexts. Throws an Error with one sentence saying what to start.
 */
export async function ensureEngine(say = console.log) {
  const answer = await askEngine();
  if (answer.code === 0) return useContextOfDockerCommand();
  if (process.env.DOCKER_HOST)
    throw new Error(
      `No Docker engine answers at DOCKER_HOST=${process.env.DOCKER_HOST}: start it, or unset DOCKER_HOST.`,
    );
  if (/permission denied/i.test(answer.stderr)) {
    throw new Error('Docker runs, but this user may not use it: add the user to the group "docker" and log in again.');
  }
  if (!isRoot() || !existsSync('/etc/debian_version')) throw new Error(whatToStart());
  await installEngine(say);
  await startEngine(say);
}

const askEngine = () => run('docker', ['version', '--format', '{{.Server.Version}}'], { timeoutMs: 10_000 });

async function useContextOfDockerCommand() {
  if (process.env.DOCKER_HOST) return;
  const context = await run('docker', ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']);
  const host = context.stdout.trim();
  if (host && host !== 'unix:///var/run/docker.sock') process.env.DOCKER_HOST = host;
}

function whatToStart() {
  if (process.platform !== 'linux') return 'No Docker engine answers: start Docker Desktop, then run this again.';
  return 'No Docker engine answers: start one ("sudo systemctl start docker", or rootless Docker), or run this as root on Debian or Ubuntu to have it installed.';
}

const exists = async (command) => (await run(command, ['--version'])).code === 0;

/** Debian 13 names the client docker-cli and no longer brings it with docker.io. */
async function installEngine(say) {
  if (!(await exists('dockerd'))) {
    say('No Docker engine is installed: installing the one of this Debian or Ubuntu (docker.io).');
    await aptInstall('docker.io', 'iptables');
  }
  if (!(await exists('docker'))) await aptInstall('docker-cli');
}

async function startEngine(say) {
  if (existsSync('/run/systemd/system')) {
    await run('systemctl', ['start', 'docker']);
    return untilEngineAnswers('journalctl -u docker');
  }
  removeStalePidFile();
  const log = path.join(mkdtempSync(path.join(tmpdir(), 'deployotron-dockerd-')), 'dockerd.log');
  const output = openSync(log, 'a');
  spawn('dockerd', [], { detached: true, stdio: ['ignore', output, output] }).unref();
  await untilEngineAnswers(log);
  say(`Docker engine started, and left running; its log: ${log}`);
}

/** dockerd refuses to start while the process of its old pid file "still runs", even when that id is now another program's. */
function removeStalePidFile() {
  if (!existsSync(PID_FILE)) return;
  const comm = `/proc/${readFileSync(PID_FILE, 'utf8').trim()}/comm`;
  if (!existsSync(comm) || readFileSync(comm, 'utf8').trim() !== 'dockerd') rmSync(PID_FILE);
}

async function untilEngineAnswers(log) {
  const deadline = Date.now() + START_LIMIT_MS;
  while ((await askEngine()).code !== 0) {
    if (Date.now() > deadline)
      throw new Error(`The Docker engine did not start within ${START_LIMIT_MS / 1000} s; see ${log}.`);
    await wait(200);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await ensureEngine().catch(endWithSentence);
