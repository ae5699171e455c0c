import type { Command } from 'commander';
import type { Project } from '../../shared/models.ts';
import { tellCostOfChange } from '../cost.ts';
import { optionsFrom, type ProjectFlags, withProjectFlags } from '../options.ts';
import { printJson, printRows } from '../print.ts';
import { projectRows } from '../projectRows.ts';
import { withApp } from '../run.ts';

interface Flags extends ProjectFlags {
  json?: boolean;
  name?: string;
  source?: string;
}

export function addProjects(program: Command): void {
  const projects = program.command('projects').description('the projects and what is set for them');

  projects
    .command('list', { isDefault: true })
    .description('all projects')
    .option('--json', 'print one object a line')
    .action((flags: Flags) =>
      withApp({}, async (app) => {
        const all = await app.listProjects();
        if (flags.json) return all.forEach(printJson);
        printRows(all.map(row), 'No project yet. Deploy one with `deployotron deploy`.');
      }),
    );

  withProjectFlags(projects.command('add'))
    .description('add a project without deploying it')
    .argument('<name>')
    .argument('<source>', 'a git URL or a folder')
    .option('--json', 'print the project')
    .action((name: string, source: string, flags: Flags) =>
      withApp({}, async (app) => {
        const project = await app.addProject({
          name,
          repositoryUrl: source,
          ...changeFrom(flags),
          options: optionsFrom(flags),
        });
        show(project, flags);
      }),
    );

  projects
    .command('show')
    .description('everything that is set for a project')
    .argument('<project>')
    .option('--json', 'print one object')
    .action((name: string, flags: Flags) => withApp({}, async (app) => show(await app.getProject(name), flags)));

  withProjectFlags(projects.command('update'))
    .description('change what is set for a project')
    .argument('<project>')
    .option('--name <name>', 'a new name')
    .option('--source <source>', 'another git URL or folder')
    .option('--json', 'print the project')
    .action((name: string, flags: Flags) =>
      withApp({}, async (app) => {
        const before = await app.getProject(name);
        const options = { ...before.options, ...optionsFrom(flags) };
        const change = { ...changeFrom(flags), name: flags.name, repositoryUrl: flags.source, options };
        if (!flags.json) await tellCostOfChange(app, before, flags);
        show(await app.updateProject(before.id, change), flags);
      }),
    );

  projects
    .command('remove')
    .description('forget a project with its history; nothing in AWS is touched')
    .argument('<project>')
    .action((name: string) =>
      withApp({}, async (app) => {
        await app.removeProject(name);
        process.stderr.write(`Project ${name} and its history are forgotten; its service in AWS is as it was.\n`);
      }),
    );
}

function changeFrom({ branch, environment, cluster, service, repository }: Flags) {
  return { branch, environment, awsCluster: cluster, awsService: service, ecrRepository: repository };
}

function show(project: Project, { json }: Flags): void {
  if (json) {
    printJson(project);
    return;
  }
  printRows(
    projectRows(project).map(([what, value]) => ({ what, value })),
    '',
  );
}

function row(project: Project): Record<string, string> {
  return {
    name: project.name,
    source: project.repositoryUrl,
    branch: project.branch || '-',
    framework: project.kind || project.framework,
    environment: project.environment,
    service: `${project.awsCluster}/${project.awsService}`,
    aws: project.options.endpoint ?? project.options.region ?? '-',
  };
}
