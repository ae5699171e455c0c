import type { Command } from 'commander';
import { missingSecrets } from '../../frameworks/buildSecrets.ts';
import { plainForm } from '../../frameworks/dockerfileText.ts';
import { appsInFolder, detectFolder } from '../../frameworks/folder.ts';
import type { AppPlan } from '../../frameworks/framework.ts';
import { saveDockerfile } from '../../frameworks/save.ts';
import { fail } from '../../shared/errors.ts';
import { terminalHost } from '../host.ts';
import { type AppFlags, appOptionsFrom, withAppFlags } from '../options.ts';
import { printJson, printRows } from '../print.ts';

interface Flags extends AppFlags {
  baseImageRegistry?: string;
  json?: boolean;
}

/** What Deployotron makes of a folder; touches neither Docker nor AWS nor the history. */
export function addInspect(program: Command): void {
  withAppFlags(program.command('detect'))
    .description('what a folder is recognised as, and why')
    .argument('<dir>')
    .option('--all', 'list every app in the folder, such as those of a monorepo')
    .option('--json', 'print one object')
    .action(async (dir: string, flags: Flags & { all?: boolean }) => {
      if (flags.all) return printApps(await appsInFolder(dir), flags);
      const plan = await planFor(dir, flags);
      if (flags.json) printJson(plan);
      else printPlan(plan);
    });

  withAppFlags(program.command('dockerfile'))
    .description('the Dockerfile that would be used')
    .argument('<dir>')
    .option('--base-image-registry <name>', 'where base images come from (default: Docker Hub)')
    .option('--plain', 'without cache mounts, for engines that have no BuildKit')
    .option('--save', 'write it into the folder, with a .dockerignore where there is none; nothing is overwritten')
    .action(async (dir: string, flags: Flags & { plain?: boolean; save?: boolean }) => {
      const plan = await planFor(dir, flags);
      if (!plan.dockerfile) {
        throw fail(
          'Usage',
          `This folder has a Dockerfile of its own: ${plan.dockerfilePath}.`,
          'That one is used as it is.',
        );
      }
      const dockerfile = flags.plain ? plainForm(plan.dockerfile) : plan.dockerfile;
      if (!flags.save) process.stdout.write(dockerfile);
      else for (const file of await saveDockerfile(dir, { ...plan, dockerfile })) process.stdout.write(`${file}\n`);
    });
}

function planFor(dir: string, flags: Flags): Promise<AppPlan> {
  return detectFolder(dir, appOptionsFrom(flags), terminalHost(flags).settings().baseImageRegistry);
}

function printApps(plans: readonly AppPlan[], { json }: Flags): void {
  if (json) plans.forEach(printJson);
  else
    printRows(
      plans.map(({ folder, label, port }) => ({ folder, app: label, port: String(port) })),
      'No app was found.',
    );
}

function printPlan(plan: AppPlan): void {
  const rows: [string, string | number][] = [
    ['folder', plan.folder === '.' ? '' : plan.folder],
    ['port', plan.port],
    ['install', plan.installCommand],
    ['build', plan.buildCommand],
    ['output', plan.outputFolder],
    ['start', plan.startCommand],
    ['health', plan.healthPath],
  ];
  const lines = [
    plan.label,
    ...rows.filter(([, value]) => value !== '').map(([name, value]) => `  ${name.padEnd(8)}  ${value}`),
    'because',
    ...plan.evidence.map(({ file, line, says }) => `  ${file}${line ? `:${line}` : ''}  ${says}`),
    ...[...plan.warnings, ...missingSecrets(plan, process.env)].map((warning) => `! ${warning}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
