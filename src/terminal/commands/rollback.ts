import type { Command } from 'commander';
import { type ProjectFlags, withAwsFlags, withOnFailure } from '../options.ts';
import { watchDeployment, withApp } from '../run.ts';
import { theProject } from '../theProject.ts';

interface Flags extends ProjectFlags {
  to?: string;
  json?: boolean;
  summary?: string;
  verbose?: boolean;
}

export function addRollback(program: Command): void {
  withOnFailure(withAwsFlags(program.command('rollback')))
    .description('go back to an earlier success, and watch until that is healthy')
    .argument('[project]', 'name of the project (default: that of this folder)')
    .option(
      '--to <deployment>',
      'a deployment by its id, or a revision such as shop:12 (default: the last success before this one)',
    )
    .option('--json', 'print one event a line')
    .option('--summary <file>', 'add the outcome to a file, in Markdown (default: that of a GitHub Actions step)')
    .option('--verbose', 'show every line of the log')
    .action((name: string | undefined, flags: Flags) =>
      withApp(flags, async (app, display) => {
        const project = await theProject(app, name);
        await watchDeployment(await app.rollback(project, flags.to), display, flags);
      }),
    );
}
