// `npm run bench:diagnosis`: how long the whole table takes over a log of 10 MB, and the reading of errors over 100 MB.
import { findCauses } from '../../src/diagnosis/evidenceInput.ts';
import { findLogErrors } from '../../src/diagnosis/logErrors.ts';

const megabyte = 1024 * 1024;
const rounds = 7;

/** A log of that size whose lines come from `line`, with the telling line at a fraction of it. */
function logOf(size: number, line: (n: number) => string, telling = '', at = 1): string {
  const lines: string[] = [];
  let length = 0;
  let isIn = telling === '';
  for (let n = 0; length < size; n++) {
    if (!isIn && length >= size * at) {
      lines.push(telling);
      isIn = true;
    }
    const next = line(n);
    lines.push(next);
    length += next.length + 1;
  }
  if (!isIn) lines.push(telling);
  // Joined from a buffer: one flat string, as one that is read from a file.
  return Buffer.from(lines.join('\n')).toString();
}

const request = (n: number) =>
  `2026-01-02T03:04:${String(n % 60).padStart(2, '0')}.123Z INFO GET /api/items/${n} 200 ${(n * 37) % 1000}ms served from cache`;
const crash = "Error: Cannot find module 'express'";

const logs: [name: string, log: () => string][] = [
  ['requests, the error at the end', () => logOf(10 * megabyte, request, crash)],
  ['requests, the error in the middle', () => logOf(10 * megabyte, request, crash, 0.5)],
  ['requests, nothing wrong', () => logOf(10 * megabyte, request)],
  [
    'every line an error of its own',
    () => logOf(10 * megabyte, (n) => `Error ${n.toString(36)}: cannot read item ${n}`, crash),
  ],
  ['lines that nearly match', () => logOf(10 * megabyte, () => 'required environment variable '.repeat(10), crash)],
  ['one line without an end', () => logOf(10 * megabyte, () => 'error missing undefined '.repeat(500_000), crash)],
  ['letters of two bytes', () => logOf(10 * megabyte, (n) => `→ заказ ${n} принят ✓`, crash)],
];

/** Milliseconds of a processor, so that what else runs does not count: the fastest of some rounds, and the median. */
function measure(work: () => unknown): string {
  work();
  const times = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    work();
    return process.cpuUsage(before).user / 1000;
  }).sort((a, b) => a - b);
  return [times[0], times[Math.floor(rounds / 2)]].map((time = 0) => `${time.toFixed(1).padStart(7)} ms`).join('  ');
}

console.log(`The whole table over a log of 10 MB (processor time, fastest and median of ${rounds}):\n`);
for (const [name, make] of logs) {
  const log = make();
  const crashed = () => findCauses({ exitCode: 1, stopCode: 'EssentialContainerExited', log });
  console.log(`${name.padEnd(34)} ${measure(crashed)}  ${crashed()[0]?.cause ?? 'nothing'}`);
}

const longLogs: [name: string, log: () => string][] = [
  ['requests, an error in each thousand', () => logOf(100 * megabyte, (n) => (n % 1_000 ? request(n) : crash))],
  ['every line an error', () => logOf(100 * megabyte, (n) => `Error: cannot read item ${n}`)],
  ['every line with colours', () => logOf(100 * megabyte, (n) => `\u001b[32mINFO\u001b[0m item ${n} is served`)],
];

console.log('\nFinding the errors of a log of 100 MB (seconds of one processor):\n');
for (const [name, make] of longLogs) {
  const log = make();
  const before = process.cpuUsage();
  const errors = findLogErrors(log);
  const seconds = process.cpuUsage(before).user / 1e6;
  const times = errors.reduce((sum, { count }) => sum + count, 0);
  console.log(`${name.padEnd(34)} ${seconds.toFixed(2).padStart(7)} s   ${errors.length} errors, ${times} times`);
}
