import type { Command } from 'commander';
import { deploymentRow } from '../deploymentRow.ts';
import { printJson, printRows } from '../print.ts';
import { withApp } from '../run.ts';

interface Flags {
  limit: string;
  json?: boolean;
}

export function addHistory(program: Command): void {
  program
    .command('history')
    .description('the deployments, newest first')
    .argument('[project]', 'only those of this project')
    .option('--limit <number>', 'how many', '20')
    .option('--json', 'print one object a line')
    .action((name: string | undefined, flags: Flags) =>
      withApp({}, async (app) => {
        const projects = await app.listProjects();
        const projectId = name ? (await app.getProject(name)).id : undefined;
        const deployments = await app.listDeployments({ projectId, limit: Number(flags.limit) || 20 });
        if (flags.json) return deployments.forEach(printJson);
        const nameOf = (id: string) => projects.find((each) => each.id === id)?.name ?? '';
        const now = Date.now() / 1000;
        printRows(
          deployments.map((each) => deploymentRow(each, nameOf(each.projectId), now)),
          'No deployment yet.',
        );
      }),
    );
}
