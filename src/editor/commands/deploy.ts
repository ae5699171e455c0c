import * as vscode from 'vscode';
import type { App } from '../../app.ts';
import { repositoryNameFor, suggestProjectName } from '../../deploy/names.ts';
import type { AppPlan } from '../../frameworks/framework.ts';
import type { Project } from '../../shared/models.ts';
import { type Ask, askChoice, askInTurn, back, type Choice, skip } from '../ask.ts';
import { showDockerfile } from '../dockerfileDocument.ts';
import { workspaceFolder } from '../folder.ts';
import { newServiceNetwork } from '../network.ts';
import { goesToSandbox, readyTarget } from '../readyTarget.ts';
import { describePlan, recognise } from '../recognise.ts';
import { ensureSandbox } from '../sandbox.ts';
import type { Session } from '../session.ts';
import { watchRun } from '../watchRun.ts';
import { ago } from '../words.ts';
import type { Command } from './command.ts';
import { deployAgain } from './deployAgain.ts';

type Target = 'sandbox' | 'aws';

/** Deploys the open folder: shows what it was recognised as, asks where it goes, and nothing that it can know. */
export const deploy: Command = {
  id: 'deployotron.deploy',
  async run(session, target) {
    if (isKnownProject(target)) return deployAgain.run(session, target);
    const folder = await workspaceFolder(target);
    if (!folder) return undefined;
    const app = await session.app();
    const known = (await app.listProjects()).filter(({ repositoryUrl, branch }) => repositoryUrl === folder && !branch);
    const plan = await recognise(folder, known[0]?.options ?? {});
    if (!plan) return undefined;
    const answers = await askInTurn<Answers>([askTarget(session, app, plan, known), confirmDockerfile(folder, plan)]);
    if (!answers) return undefined;
    const project = await projectFor(session, { app, folder, plan, known, target: answers.target });
    if (!project) return undefined;
    return watchRun(session, project, await app.deploy(project, { rebuild: false, force: false }));
  },
};

interface Answers {
  target: Target;
  /** True when this target has been deployed to before, so that the Dockerfile was seen. */
  seen: boolean;
}

function isKnownProject(target: unknown): boolean {
  return typeof target === 'string' || (typeof target === 'object' && target !== null && 'project' in target);
}

/** Where it goes; the target of the last time comes first. */
function askTarget(session: Session, app: App, plan: AppPlan, known: readonly Project[]): Ask<Answers> {
  return async (_answers, place) => {
    const { region, profile } = session.host.settings();
    const lastOf = async (target: Target): Promise<number | undefined> => {
      const project = known.find((each) => goesTo(each) === target);
      const [last] = project ? await app.listDeployments({ projectId: project.id, limit: 1 }) : [];
      return last?.startedAt;
    };
    const [sandbox, aws] = await Promise.all([lastOf('sandbox'), lastOf('aws')]);
    const remembered = (then: number | undefined, otherwise: string) =>
      then === undefined ? otherwise : vscode.l10n.t('last deployed {0}', ago(then));
    const choices: Choice<Target>[] = [
      {
        label: `$(vm) ${vscode.l10n.t('Local sandbox')}`,
        description: remembered(sandbox, vscode.l10n.t('no AWS account needed')),
        detail: vscode.l10n.t('A small AWS on your own Docker, with true rollouts'),
        value: 'sandbox',
      },
      {
        label: `$(cloud) ${vscode.l10n.t('AWS')}`,
        description: remembered(aws, [profile, region].filter(Boolean).join(' · ')),
        detail: vscode.l10n.t('ECS on Fargate, with the credentials that are set up'),
        value: 'aws',
      },
    ];
    const target = await askChoice<Target>({
      ...place,
      title: vscode.l10n.t('Deploy {0}', plan.label),
      placeholder: describePlan(plan),
      choices,
      active: (aws ?? 0) > (sandbox ?? 0) ? 'aws' : 'sandbox',
    });
    if (target === undefined || target === back) return target;
    return { target, seen: (target === 'aws' ? aws : sandbox) !== undefined };
  };
}

/** Before the first build the Dockerfile that was written is shown; one of the user's own is known to the user. */
function confirmDockerfile(folder: string, plan: AppPlan): Ask<Answers> {
  return async ({ seen }, place) => {
    if (seen || !plan.dockerfile) return skip;
    await showDockerfile(folder, plan, { preserveFocus: true });
    const choices: Choice<'deploy' | 'save'>[] = [
      { label: `$(rocket) ${vscode.l10n.t('Deploy with this Dockerfile')}`, value: 'deploy' },
      {
        label: `$(save) ${vscode.l10n.t('Save it into the folder, then deploy')}`,
        description: vscode.l10n.t('it belongs to you from then on'),
        value: 'save',
      },
    ];
    const title = vscode.l10n.t('This Dockerfile was written for {0}', plan.label);
    const chosen = await askChoice<'deploy' | 'save'>({ ...place, title, placeholder: describePlan(plan), choices });
    if (chosen === undefined || chosen === back) return chosen;
    if (chosen === 'save') {
      const { saveDockerfile } = await import('../../frameworks/save.ts');
      await saveDockerfile(folder, plan);
    }
    return {};
  };
}

function goesTo(project: Project): Target {
  return goesToSandbox(project) ? 'sandbox' : 'aws';
}

interface Wanted {
  app: App;
  folder: string;
  plan: AppPlan;
  known: readonly Project[];
  target: Target;
}

/** The project of this folder and target; a new one where there is none. Undefined when the user leaves. */
async function projectFor(session: Session, wanted: Wanted): Promise<Project | undefined> {
  const { app, folder, plan, known, target } = wanted;
  const found = known.find((project) => goesTo(project) === target);
  const project = found && (await readyTarget(session, found));
  const inFolder = plan.folder === '.' ? {} : { folder: plan.folder };
  const service = suggestProjectName(plan.folder === '.' ? folder : plan.folder);
  const options =
    target === 'sandbox'
      ? { ...inFolder, endpoint: project?.options.endpoint ?? (await ensureSandbox(session)) }
      : await newServiceNetwork(session, project, service, inFolder);
  if (!options) return undefined;
  if (project) return app.updateProject(project.id, { options: { ...project.options, ...options } });
  const name = await freeName(app, service, target);
  return app.addProject({
    name,
    repositoryUrl: folder,
    awsService: service,
    ecrRepository: repositoryNameFor(service),
    options,
  });
}

/** A folder that goes to two places is two projects, each with a history of its own. */
async function freeName(app: App, wanted: string, target: Target): Promise<string> {
  for (const name of [wanted, `${wanted}-${target}`]) {
    if (!(await app.findProject(name))) return name;
  }
  for (let number = 2; ; number++) {
    if (!(await app.findProject(`${wanted}-${target}-${number}`))) return `${wanted}-${target}-${number}`;
  }
}
