import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { App } from '../../app.ts';
import { suggestProjectName } from '../../deploy/names.ts';
import { parseRepositoryUrl } from '../../services/gitUrl.ts';
import { fail } from '../../shared/errors.ts';
import type { Project } from '../../shared/models.ts';
import type { BuildCachePlace } from '../../shared/settings.ts';
import { tellCostOfChange } from '../cost.ts';
import {
  optionsFrom,
  type ProjectFlags,
  withBuildCache,
  withOnFailure,
  withProjectFlags,
  withRetention,
} from '../options.ts';
import { watchDeployment, withApp } from '../run.ts';

interface Flags extends ProjectFlags {
  project?: string;
  rebuild?: boolean;
  force?: boolean;
  json?: boolean;
  summary?: string;
  buildCache?: BuildCachePlace;
  keepDays?: number;
  keepDeployments?: number;
  verbose?: boolean;
}

export function addDeploy(program: Command): void {
  withRetention(withBuildCache(withOnFailure(withProjectFlags(program.command('deploy')))))
    .description('build, push and roll out, and watch until it is healthy or has failed')
    .argument('[source]', 'a known project, a git URL or a folder (default: this folder)')
    .option('--project <name>', 'name of the project (default: that of the folder or repository)')
    .option('--rebuild', 'build and push even if the registry has this very image, without its build cache')
    .option('--force', 'start new tasks even if nothing has changed')
    .option('--json', 'print one event a line')
    .option('--summary <file>', 'add the outcome to a file, in Markdown (default: that of a GitHub Actions step)')
    .option('--verbose', 'show every line that git and Docker write')
    .action((source: string | undefined, flags: Flags) =>
      withApp(flags, async (app, display) => {
        const project = await projectFor(app, source, flags);
        if (!flags.json) await tellCostOfChange(app, project, flags);
        const wishes = { rebuild: flags.rebuild ?? false, force: flags.force ?? false };
        await watchDeployment(await app.deploy(project, wishes), display, flags);
      }),
    );
}

/** The project that is meant, with what the flags say stored in it; one that is not known yet is added. */
async function projectFor(app: App, source: string | undefined, flags: Flags): Promise<Project> {
  const known = await knownProject(app, source, flags);
  const values = set({
    branch: flags.branch,
    environment: flags.environment,
    awsCluster: flags.cluster,
    awsService: flags.service,
    ecrRepository: flags.repository,
  });
  const options = { ...known?.options, ...optionsFrom(flags) };
  if (known) {
    const moved = source === undefined || source === known.name ? {} : { repositoryUrl: source };
    return app.updateProject(known.id, { ...values, ...moved, options });
  }
  const repositoryUrl = source ?? '.';
  const { kind, url } = parseRepositoryUrl(repositoryUrl);
  if (kind === 'local' && !existsSync(url)) throw fail('FolderNotFound', url);
  return app.addProject({ name: flags.project ?? suggestProjectName(url), repositoryUrl, ...values, options });
}

/** By name first; else by where it comes from. */
async function knownProject(
  app: App,
  source: string | undefined,
  { project, branch }: Flags,
): Promise<Project | undefined> {
  if (project) return app.findProject(project);
  const named = source === undefined ? undefined : await app.findProject(source);
  if (named) return named;
  const { url } = parseRepositoryUrl(source ?? '.');
  const same = (await app.listProjects()).filter((each) => each.repositoryUrl === url);
  return same.find((each) => each.branch === (branch ?? each.branch));
}

function set<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
