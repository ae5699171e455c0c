// Makes every failure real on the sandbox, one after the other, and prints what came of it; see run.mjs.
import { faults } from './faults.ts';
import { openStage } from './stage.ts';

const wanted = process.argv.slice(2);
const chosen = faults.filter(({ name }) => wanted.length === 0 || wanted.some((each) => name.includes(each)));

const columns = ['failure', 'verdict', 'cause after', 'verdict after', 'failed requests', 'cause'];
const widths = [36, 11, 12, 14, 16, 0];
const row = (cells: string[]) =>
  cells
    .map((cell, index) => cell.padEnd(widths[index] ?? 0))
    .join(' ')
    .trimEnd();
const seconds = (value: number | undefined) =>
  value === undefined || Number.isNaN(value) ? '–' : `${value.toFixed(1)} s`;

const stage = await openStage();
let wrong = 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void stage.close().then(() => process.exit(130)));
console.log(`Seconds count from the first stopped task; requests are those to the version before.\n\n${row(columns)}`);
try {
  for (const fault of chosen) {
    const { record, cause, secondsToCause, secondsToVerdict, requests, failedRequests } = await stage.play(fault);
    const isRight = fault.cause.test(cause) && record.status === 'rolledback' && failedRequests === 0;
    if (!isRight) wrong++;
    console.log(
      row([
        `${isRight ? '✓' : '✗'} ${fault.name}`,
        record.status,
        seconds(secondsToCause ?? secondsToVerdict),
        seconds(secondsToVerdict),
        `${failedRequests} of ${requests}`,
        cause || record.errorMessage,
      ]),
    );
  }
} finally {
  await stage.close();
}
console.log(`\n${chosen.length - wrong} of ${chosen.length} as they should be.`);
process.exitCode = wrong > 0 ? 1 : 0;
