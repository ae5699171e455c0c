import type { Command } from 'commander';
import type { App } from '../../app.ts';
import { fail } from '../../shared/errors.ts';
import type { Deployment } from '../../shared/models.ts';
import { printFailure } from '../failure.ts';
import { type ProjectFlags, withAwsFlags } from '../options.ts';
import { printJson, printRows } from '../print.ts';
import { withApp } from '../run.ts';
import { theProject } from '../theProject.ts';

interface Flags extends ProjectFlags {
  json?: boolean;
}

export function addStatus(program: Command): void {
  withAwsFlags(program.command('status'))
    .description('how the last deployment of a project ended, and how its service stands now')
    .argument('[which]', 'a project, or the id of a deployment (default: the project of this folder)')
    .option('--json', 'print one object')
    .action((which: string | undefined, flags: Flags) =>
      withApp(flags, async (app) => {
        const deployment = await find(app, which);
        const project = await app.getProject(deployment.projectId);
        const service = await app.serviceStatus(project);
        if (flags.json) return printJson({ project, deployment, service });
        printRows(
          [
            ['project', project.name],
            ['deployment', deployment.id],
            ['status', deployment.status],
            ['commit', `${deployment.commitSha.slice(0, 7)} ${deployment.commitMessage}`],
            ['image', deployment.imageTag],
            ['url', deployment.facts.url ?? ''],
            ['service now', service],
          ].map(([what = '', value = '']) => ({ what, value })),
          '',
        );
        if (deployment.failure) printFailure(deployment.failure);
      }),
    );
}

async function find(app: App, which: string | undefined): Promise<Deployment> {
  const project = which ? await app.findProject(which) : await theProject(app, undefined);
  if (!project) return app.getDeployment(which ?? '');
  const [last] = await app.listDeployments({ projectId: project.id, limit: 1 });
  if (!last)
    throw fail('Usage', `Project ${project.name} has not been deployed yet.`, 'Deploy it with `deployotron deploy`.');
  return last;
}
