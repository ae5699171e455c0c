import type { Command } from 'commander';
import { detectFolder } from '../../app.ts';
import type { AppPlan } from '../../frameworks/framework.ts';
import { fail } from '../../shared/errors.ts';
import { printJson } from '../print.ts';

interface Flags {
  json?: boolean;
}

/** What Deployotron makes of a folder; touches neither Docker nor AWS nor the history. */
export function addInspect(program: Command): void {
  program
    .command('detect')
    .description('what a folder is recognised as, and why')
    .argument('<dir>')
    .option('--json', 'print one object')
    .action(async (dir: string, flags: Flags) => {
      const plan = await detectFolder(dir, {});
      if (flags.json) printJson(plan);
      else printPlan(plan);
    });

  program
    .command('dockerfile')
    .description('the Dockerfile that would be used')
    .argument('<dir>')
    .action(async (dir: string) => {
      const plan = await detectFolder(dir, {});
      if (!plan.dockerfile) {
        throw fail(
          'Usage',
          `This folder has a Dockerfile of its own: ${plan.dockerfilePath}.`,
          'That one is used as it is.',
        );
      }
      process.stdout.write(plan.dockerfile);
    });
}

function printPlan(plan: AppPlan): void {
  const lines = [
    plan.label,
    `  port      ${plan.port}`,
    ...(plan.installCommand ? [`  install   ${plan.installCommand}`] : []),
    ...(plan.buildCommand ? [`  build     ${plan.buildCommand}`] : []),
    ...(plan.startCommand ? [`  start     ${plan.startCommand}`] : []),
    ...(plan.healthPath ? [`  health    ${plan.healthPath}`] : []),
    'because',
    ...plan.evidence.map(({ file, line, says }) => `  ${file}${line ? `:${line}` : ''}  ${says}`),
    ...plan.warnings.map((warning) => `! ${warning}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
