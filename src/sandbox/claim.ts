import { execFile } from 'node:child_process';
import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeFileAtomic } from './state.ts';

/** A process that works on a folder: its number, and when it was born, for numbers are used again. */
export interface Holder {
  pid: number;
  born: string;
  role: 'serve' | 'stop';
}

/**
 * Takes the folder for this process until it ends, however it ends. Gives `undefined` when a living process has it.
 *
 * The claims are numbered files. Who finds all of them dead makes the next number, which only one can; a number is
 * never freed for a second use while later ones may stand, so that a slow rival cannot take a living one's place.
 */
export async function claim(folder: string, role: Holder['role']): Promise<Holder | undefined> {
  const me: Holder = { pid: process.pid, born: await bornOf(process.pid), role };
  const found = await claims(folder);
  if (await anyAlive(found)) return undefined;
  const number = Math.max(0, ...found.map((entry) => entry.number)) + 1;
  if (!(await makeClaim(folder, number, me))) return undefined;
  const others = (await claims(folder)).filter((entry) => entry.number !== number);
  if (await anyAlive(others)) {
    await rm(pathOf(folder, number), { force: true });
    return undefined;
  }
  for (const other of others) await rm(pathOf(folder, other.number), { force: true });
  return me;
}

/** Gives up this process's claim. The file stays, as that of nobody. */
export async function release(folder: string): Promise<void> {
  const mine = (await claims(folder)).filter(({ holder }) => holder?.pid === process.pid);
  const nobody: Holder = { pid: 0, born: '', role: 'serve' };
  for (const { number } of mine) await writeFileAtomic(pathOf(folder, number), JSON.stringify(nobody));
}

/** The living process that has the folder. */
export async function holderOf(folder: string): Promise<Holder | undefined> {
  for (const { holder } of await claims(folder)) if (holder && (await isAlive(holder))) return holder;
  return undefined;
}

export async function isAlive({ pid, born }: Holder): Promise<boolean> {
  return pid > 0 && (await bornOf(pid)) === born;
}

interface Entry {
  number: number;
  holder: Holder | undefined;
}

async function claims(folder: string): Promise<Entry[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  const numbers = names.map((name) => Number(/^claim\.(\d+)$/.exec(name)?.[1])).filter((number) => number > 0);
  return Promise.all(numbers.map(async (number) => ({ number, holder: await read(pathOf(folder, number)) })));
}

async function read(path: string): Promise<Holder | undefined> {
  return readFile(path, 'utf8')
    .then(JSON.parse)
    .catch(() => undefined);
}

async function anyAlive(entries: Entry[]): Promise<boolean> {
  for (const { holder } of entries) if (holder && (await isAlive(holder))) return true;
  return false;
}

/** A link makes the file with its content at once, or fails because it is there. */
async function makeClaim(folder: string, number: number, holder: Holder): Promise<boolean> {
  const temporary = join(folder, `claim.${process.pid}.${number}.tmp`);
  await writeFile(temporary, JSON.stringify(holder), { mode: 0o600 });
  try {
    await link(temporary, pathOf(folder, number));
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

function pathOf(folder: string, number: number): string {
  return join(folder, `claim.${number}`);
}

/** A mark of when the process was born; another text, or '', once it has ended. */
async function bornOf(pid: number): Promise<string> {
  if (process.platform === 'linux') return bornOnLinux(pid);
  if (process.platform === 'win32') return signalReaches(pid) ? 'alive' : '';
  const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return stdout.trim();
}

/** proc(5): after the name in brackets come the state and, as the 22nd field, the start in ticks since the boot. */
async function bornOnLinux(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (!stat || fields[0] === 'Z') return '';
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return `${boot.trim()} ${fields[19]}`;
}

function signalReaches(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
