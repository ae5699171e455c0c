import type { Command } from 'commander';
import { type Check, examine } from '../../doctor.ts';
import { exitCodes } from '../exitCodes.ts';
import { terminalHost } from '../host.ts';
import { type ProjectFlags, withAwsFlags } from '../options.ts';
import { printJson } from '../print.ts';

export function addDoctor(program: Command): void {
  withAwsFlags(program.command('doctor'))
    .description('check everything that a deployment needs')
    .option('--json', 'print one check a line')
    .action(async (flags: ProjectFlags & { json?: boolean }) => {
      const checks = await examine(terminalHost(flags));
      for (const check of checks) {
        if (flags.json) printJson(check);
        else process.stdout.write(`${text(check)}\n`);
      }
      if (checks.some((check) => !check.ok)) process.exitCode = exitCodes.failed;
    });
}

function text({ ok, name, says, remedy }: Check): string {
  return `${ok ? '✓' : '✗'} ${name.padEnd(10)} ${says}${remedy ? `\n  ${''.padEnd(10)} ${remedy}` : ''}`;
}
