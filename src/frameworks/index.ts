import { DeployError, fail } from '../shared/errors.ts';
import type { AppOptions } from '../shared/models.ts';
import { baseImagesFrom } from './baseImage.ts';
import { withBuildSecrets } from './buildSecrets.ts';
import { candidateFolders, subTree } from './candidates.ts';
import { dotnetFolders } from './dotnet/dotnet.ts';
import type { AppPlan, BaseImage, Recognised, SourceTree } from './framework.ts';
import { folderNamed, isMonorepo, projectFolders } from './javascript/workspace.ts';
import { frameworksFor, isWished } from './kinds.ts';
import { ownDockerfile } from './ownDockerfile/ownDockerfile.ts';
import { startCommand } from './startCommand.ts';
import { type Wishes, wishesFor, withWishes } from './wishes.ts';

/**
 * What the source holds and how it is run. The user's own Dockerfile wins over any guess of ours; what else was
 * recognised then only names the family. `baseImageRegistry` is that of the settings.
 * @throws DeployError NotRecognised, NotAnApp, SeveralApps, NoStartCommand, InvalidManifest, InvalidOption
 */
export async function detectApp(source: SourceTree, given: AppOptions, baseImageRegistry = ''): Promise<AppPlan> {
  const base = baseImagesFrom(baseImageRegistry);
  const wishes = await wishesFor(source, given);
  const { folder } = wishes.values;
  if (folder && folder !== '.') return chosenApp(source, folder, wishes, base);
  const { found, objection } = await recognise(source, wishes);
  if (found && (!found.isWeak || folder))
    return withFrontEndWarning(await planOf(source, found, wishes, base), source, wishes, base);
  // It has looked at all of them already.
  if (objection?.failure.code === 'SeveralApps') throw objection;
  const below = await appsBelow(source, wishes, base);
  const [only, ...others] = below;
  if (only && others.length === 0) return only;
  if (only)
    throw fail(
      'SeveralApps',
      below.map(({ folder, label }) => ({ folder, label })),
    );
  if (found) return planOf(source, found, wishes, base);
  throw objection ?? fail('NotRecognised', await lookedAt(source));
}

/** A server that builds nothing does not build the front end beside it either, which is easily taken for granted. */
async function withFrontEndWarning(
  plan: AppPlan,
  source: SourceTree,
  wishes: Wishes,
  base: BaseImage,
): Promise<AppPlan> {
  // What another language builds, such as the static files of Django, is no front end.
  const isBuilt = plan.language === 'javascript' && plan.buildCommand !== '';
  if (!plan.dockerfile || isBuilt || plan.outputFolder) return plan;
  const frontEnds = (await appsBelow(source, wishes, base)).filter((each) => each.buildCommand && each.outputFolder);
  const warnings = frontEnds.map(
    ({ folder, label }) =>
      `${folder} holds an app of its own (${label}), which this image does not build: deploy it with --folder ${folder}, or let a build script build it.`,
  );
  return { ...plan, warnings: [...plan.warnings, ...warnings] };
}

/** Every app that the source holds, for a choice: that of the root, if there is one, and those of its folders. */
export async function findApps(source: SourceTree, given: AppOptions, baseImageRegistry = ''): Promise<AppPlan[]> {
  const base = baseImagesFrom(baseImageRegistry);
  const wishes = await wishesFor(source, given);
  const { found } = await recognise(source, wishes);
  const below = await appsBelow(source, wishes, base);
  return found && !(found.isWeak && below.length > 0) ? [await planOf(source, found, wishes, base), ...below] : below;
}

/** `named` is a folder, or the name of a package or project of the workspace. */
async function chosenApp(source: SourceTree, named: string, wishes: Wishes, base: BaseImage): Promise<AppPlan> {
  const isFolder = (await source.files()).some((file) => file.startsWith(`${named}/`));
  const folder = isFolder ? named : ((await folderNamed(source, named)) ?? named);
  const tree = subTree(source, folder);
  const { found, objection } = await recognise(tree, wishes);
  if (found) return planOf(tree, found, wishes, base);
  if ((await tree.files()).length > 0) throw objection ?? fail('NotRecognised', await lookedAt(tree));
  throw fail('InvalidOption', 'The folder', folder, 'there is no such folder in the source, or nothing in it');
}

/** An app inside the folder of another one is part of that. */
async function appsBelow(source: SourceTree, wishes: Wishes, base: BaseImage): Promise<AppPlan[]> {
  const plans: AppPlan[] = [];
  for (const folder of await candidateFolders(source, [
    ...(await projectFolders(source)),
    ...(await dotnetFolders(source)),
  ])) {
    if (plans.some((plan) => folder.startsWith(`${plan.folder}/`))) continue;
    const tree = subTree(source, folder);
    const { found } = await recognise(tree, wishes);
    if (found && found.kind !== startCommand.id) plans.push(await planOf(tree, found, wishes, base));
  }
  return plans;
}

/** The first framework that answers. One that knows the project but not its start lets the others try. */
async function recognise(
  source: SourceTree,
  { values }: Wishes,
): Promise<{ found?: Recognised; objection?: DeployError }> {
  let objection: DeployError | undefined;
  let found: Recognised | undefined;
  let other: Recognised | undefined;
  for (const framework of frameworksFor(values.kind)) {
    try {
      found = await framework.detect(source, values);
      if (found && isWished(found, framework, values.kind)) break;
      other ??= found;
      found = undefined;
    } catch (error) {
      if (!(error instanceof DeployError)) throw error;
      objection ??= error;
      // A manifest that cannot be read is not passed over: the next framework would be a wrong guess.
      if (!['NoStartCommand', 'NotAnApp'].includes(error.failure.code)) break;
    }
  }
  if (!found && other)
    objection = fail('InvalidOption', 'The kind', values.kind ?? '', `what is here is ${other.label}`);
  // What stands at the root of a monorepo are the dependencies and tools of all its apps.
  if (found?.language === 'javascript' && (await isMonorepo(source))) found = { ...found, isWeak: true };
  const isOwnAllowed = !values.kind || values.kind === 'dockerfile';
  const own = isOwnAllowed ? await ownDockerfile(source, values, found) : undefined;
  if (own) return { found: own };
  if (values.kind === 'dockerfile') return { objection: fail('NotRecognised', await lookedAt(source)) };
  return { ...(found && { found }), ...(objection && { objection }) };
}

async function planOf(source: SourceTree, found: Recognised, wishes: Wishes, base: BaseImage): Promise<AppPlan> {
  const { needsOuter, isWeak: _guess, writeDockerfile, ...facts } = withWishes(found, wishes);
  const { folder } = source;
  const context = needsOuter ? '.' : folder;
  const own = facts.dockerfilePath ?? '';
  const dockerfilePath = own && needsOuter ? `${folder}/${own}` : own;
  const plan = { ...facts, folder, context, dockerfilePath, dockerfile: '', wishes: wishes.values };
  return withBuildSecrets(source, { ...plan, dockerfile: writeDockerfile(plan, base) });
}

async function lookedAt(source: SourceTree): Promise<string> {
  const files = (await source.files()).filter((file) => !file.includes('/'));
  const wanted =
    'Dockerfile, package.json, requirements.txt, pyproject.toml, Pipfile, setup.py, go.mod, Cargo.toml, pom.xml, build.gradle, *.csproj, mix.exs, Gemfile, composer.json, index.php, index.html';
  return `${wanted}; the folder holds ${files.length === 0 ? 'no file' : files.slice(0, 8).join(', ')}`;
}
