import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, test } from 'vitest';

/** A file system of this size, such as `1m`, for this test alone. */
export async function smallDisk(size: string): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'small-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', dir]);
  onTestFinished(() => {
    // Lazily: a process of the test may still have a file open there.
    execFileSync('umount', ['-l', dir]);
    rmSync(dir, { recursive: true });
  });
  return dir;
}

/** For tests that need a small disk: left out where this user may not mount one. */
export function smallDiskTest(name: string, work: () => Promise<void>): void {
  const canMount = mountsWork();
  test.skipIf(!canMount)(canMount ? name : `${name} (left out: only root can mount a small disk)`, work);
}

function mountsWork(): boolean {
  const dir = mkdtempSync(join(tmpdir(), 'small-'));
  const works = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', dir]).status === 0;
  if (works) spawnSync('umount', [dir]);
  rmSync(dir, { recursive: true });
  return works;
}
