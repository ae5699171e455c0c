import { t } from '@vscode/l10n';
import type { Dashboard, Surroundings, Wish } from '../src/shared/protocol.ts';

export interface NextAction {
  title: string;
  text: string;
  button: string;
  icon: string;
  wish: Wish;
}

type Case = (dashboard: Dashboard, surroundings: Surroundings | undefined) => NextAction | undefined;

/** Each says what to do next, or nothing. The first that speaks is heard: what runs, what is in the way, what to begin, what went wrong. */
const cases: readonly Case[] = [
  watchWhatRuns,
  openFolder,
  trustFolder,
  startDocker,
  deployFirst,
  seeFailure,
  deployNew,
  openApp,
];

/** The one thing to do next; undefined when there is nothing to urge. */
export function nextAction(dashboard: Dashboard, surroundings: Surroundings | undefined): NextAction | undefined {
  for (const each of cases) {
    const action = each(dashboard, surroundings);
    if (action) return action;
  }
  return undefined;
}

function watchWhatRuns({ deployments }: Dashboard): NextAction | undefined {
  const running = deployments.find(({ status }) => status === 'inprogress' || status === 'pending');
  const { step } = running ?? {};
  return (
    running && {
      title: t('{0} is being deployed', running.projectName),
      text: step ? t('Step {0} of {1}: {2}', step.number, step.of, t(step.label)) : t('It has just begun.'),
      button: t('Watch It'),
      icon: 'pulse',
      wish: { type: 'show-deployment', deploymentId: running.id },
    }
  );
}

function openFolder({ folder, projects }: Dashboard): NextAction | undefined {
  if (folder || projects.length > 0) return undefined;
  return {
    title: t('Open the folder of your app'),
    text: t('Deployotron recognises what is in it and takes it to a running URL.'),
    button: t('Open Folder'),
    icon: 'folder-opened',
    wish: { type: 'open-folder' },
  };
}

function trustFolder({ isTrusted }: Dashboard): NextAction | undefined {
  if (isTrusted) return undefined;
  return {
    title: t('This workspace is in Restricted Mode'),
    text: t('A deployment runs the build of this folder, so it waits until you trust it. The history can be read.'),
    button: t('Manage Trust'),
    icon: 'shield',
    wish: { type: 'manage-trust' },
  };
}

function startDocker(_: Dashboard, surroundings: Surroundings | undefined): NextAction | undefined {
  if (!surroundings || surroundings.isChecking || surroundings.docker.ok) return undefined;
  return {
    title: t('Docker is needed to build'),
    text: `${surroundings.docker.says} ${surroundings.docker.remedy}`,
    button: t('Check Again'),
    icon: 'refresh',
    wish: { type: 'refresh' },
  };
}

function deployFirst({ folder, projects }: Dashboard): NextAction | undefined {
  if (projects.length > 0) return undefined;
  return {
    title: t('Deploy this folder on the local sandbox'),
    text: t('“{0}” comes up on your own Docker, as it would on AWS. No account and no settings are needed.', folder),
    button: t('Deploy This Folder'),
    icon: 'rocket',
    wish: { type: 'deploy-folder' },
  };
}

function seeFailure({ projects }: Dashboard): NextAction | undefined {
  const failed = projects.find(({ latest }) => latest?.status === 'failed' || latest?.status === 'rolledback')?.latest;
  return (
    failed && {
      title: t('{0} did not come up', failed.projectName),
      text: failed.cause,
      button: t('See Why'),
      icon: 'search',
      wish: { type: 'show-deployment', deploymentId: failed.id },
    }
  );
}

function deployNew({ projects }: Dashboard): NextAction | undefined {
  const fresh = projects.find(({ latest }) => !latest);
  return (
    fresh && {
      title: t('{0} is ready to be deployed', fresh.name),
      text: t('It has not been deployed yet.'),
      button: t('Deploy'),
      icon: 'rocket',
      wish: { type: 'deploy', projectId: fresh.id },
    }
  );
}

function openApp({ projects: [project, ...others] }: Dashboard): NextAction | undefined {
  if (!project?.live?.url || others.length > 0) return undefined;
  return {
    title: t('{0} is up', project.name),
    text: project.live.url,
    button: t('Open App'),
    icon: 'link-external',
    wish: { type: 'open-url', deploymentId: project.live.id },
  };
}
