import type { Command } from 'commander';
import { fail } from '../../shared/errors.ts';
import { chatDisplay, printAnswer, workspaceFor } from '../chat.ts';
import { type ProjectFlags, withAwsFlags } from '../options.ts';
import { withApp } from '../run.ts';

interface Flags extends ProjectFlags {
  model?: string;
  json?: boolean;
}

export function addAnalyze(program: Command): void {
  withAwsFlags(program.command('analyze'))
    .description('let Claude say why a deployment ended as it did, and what to change')
    .argument('[deployment]', 'its id (default: the newest)')
    .option('--model <id>', 'another model than that of the settings')
    .option('--json', 'print one event a line; changes are refused, since nobody can be asked')
    .action((id: string | undefined, flags: Flags) =>
      withApp(
        flags,
        async (app) => {
          const deployment = id ? await app.getDeployment(id) : (await app.listDeployments({ limit: 1 }))[0];
          if (!deployment)
            throw fail('Usage', 'There is no deployment yet.', 'Deploy something with `deployotron deploy`.');
          const workspace = await workspaceFor(await app.getProject(deployment.projectId));
          const wishes = { model: flags.model, workspace };
          await printAnswer(app, flags, workspace, (control) =>
            app.analyzeLogs(deployment.id, { ...wishes, ...control }),
          );
        },
        chatDisplay(flags),
      ),
    );
}
