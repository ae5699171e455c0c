import type { Command } from 'commander';
import { fail } from '../../shared/errors.ts';
import { chatDisplay, printAnswer, questionFromInput, workspaceFor } from '../chat.ts';
import { type ProjectFlags, withAwsFlags } from '../options.ts';
import { withApp } from '../run.ts';

interface Flags extends ProjectFlags {
  project?: string;
  deployment?: string;
  continue?: boolean;
  model?: string;
  json?: boolean;
}

export function addAsk(program: Command): void {
  withAwsFlags(program.command('ask'))
    .description('ask Claude, who may read the files of this folder, deployments and their logs')
    .argument('[question]', 'default: what comes on stdin')
    .option('--project <name>', 'what the question is about')
    .option('--deployment <id>', 'what the question is about; its evidence goes along')
    .option('--continue', 'go on with the last conversation')
    .option('--model <id>', 'another model than that of the settings')
    .option('--json', 'print one event a line; changes are refused, since nobody can be asked')
    .action((said: string | undefined, flags: Flags) =>
      withApp(
        flags,
        async (app) => {
          const question = said ?? (await questionFromInput());
          if (!question) throw fail('Usage', 'There is no question.', 'Write it behind `deployotron ask`, in quotes.');
          const { deployment, model } = flags;
          const project = flags.project ? await app.getProject(flags.project) : undefined;
          const workspace = await workspaceFor(project);
          const [last] = flags.continue ? await app.listChats() : [];
          const wishes = { project: project?.id, deployment, model, conversation: last?.id, workspace };
          await printAnswer(app, flags, workspace, (control) => app.askClaude(question, { ...wishes, ...control }));
        },
        chatDisplay(flags),
      ),
    );
}
