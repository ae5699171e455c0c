import type { App } from '../app.ts';
import { fail } from '../shared/errors.ts';
import type { Project } from '../shared/models.ts';

/** The project of that name; without a name that of this folder, else the only one. */
export async function theProject(app: App, name: string | undefined): Promise<Project> {
  if (name) return app.getProject(name);
  const all = await app.listProjects();
  const here = all.filter((each) => each.repositoryUrl === process.cwd());
  const [only, ...others] = here.length > 0 ? here : all;
  if (only && others.length === 0) return only;
  throw only
    ? fail('Usage', 'There are several projects.', `Name one of: ${all.map((each) => each.name).join(', ')}.`)
    : fail('Usage', 'There is no project yet.', 'Deploy one with `deployotron deploy`.');
}
