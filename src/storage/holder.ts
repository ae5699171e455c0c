import { readFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import type { Holder } from '../shared/models.ts';

/** This process. */
export function currentHolder(): Holder {
  return { pid: process.pid, host: hostname(), started: procStat(process.pid)?.started ?? '' };
}

/** Of a process on another computer we see nothing; after this long without news it counts as dead. */
const otherHostMs = 60 * 60 * 1000;

/**
 * Whether the process still runs. `seenAt` (milliseconds since 1970) is when it certainly did: it decides
 * for a process of another computer, and where the system does not tell start times, whether this computer
 * was started anew since.
 */
export function isAlive(holder: Holder, seenAt = Date.now()): boolean {
  if (holder.host !== hostname()) return Date.now() - seenAt < otherHostMs;
  if (!processExists(holder.pid)) return false;
  const now = procStat(holder.pid);
  if (!now || !holder.started) return seenAt > Date.now() - uptime() * 1000;
  return now.started === holder.started && !'ZX'.includes(now.state);
}

function processExists(pid: number): boolean {
  // To kill(2), 0 and below mean groups of processes.
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Fields 3 (state; Z and X are dead, but not yet collected by their parent) and 22 (start time in clock ticks
 * since boot) of /proc/<pid>/stat, see proc(5); undefined where there is no /proc.
 */
function procStat(pid: number): { state: string; started: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 2, the program's name, may hold spaces and brackets: count from the last bracket on.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', started: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}
