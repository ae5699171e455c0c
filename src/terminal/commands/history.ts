import type { Command } from 'commander';
import type { Deployment } from '../../shared/models.ts';
import { deploymentRow } from '../deploymentRow.ts';
import { historyRecord } from '../historyRecord.ts';
import { withRetention } from '../options.ts';
import { printJson, printRows } from '../print.ts';
import { withApp } from '../run.ts';

interface Flags {
  limit: string;
  keepDays?: number;
  keepDeployments?: number;
  json?: boolean;
}

export function addHistory(program: Command): void {
  withRetention(program.command('history'))
    .description('the deployments, newest first')
    .argument('[project]', 'only those of this project')
    .option('--limit <number>', 'how many', '20')
    .option('--json', 'print one object a line')
    .action((name: string | undefined, flags: Flags) =>
      withApp({ keepDays: flags.keepDays, keepDeployments: flags.keepDeployments }, async (app) => {
        await app.shortened;
        const projects = await app.listProjects();
        const projectId = name ? (await app.getProject(name)).id : undefined;
        const deployments = await app.listDeployments({ projectId, limit: Number(flags.limit) || 20 });
        const projectOf = ({ projectId: id }: Deployment) => projects.find((each) => each.id === id);
        if (flags.json) return deployments.map((each) => historyRecord(each, projectOf(each))).forEach(printJson);
        const now = Date.now() / 1000;
        printRows(
          deployments.map((each) => deploymentRow(each, projectOf(each)?.name ?? '', now)),
          'No deployment yet.',
        );
      }),
    );
}
