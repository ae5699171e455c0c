import { t } from '@vscode/l10n';
import type { Dashboard, Surroundings, Wish } from '../src/shared/protocol.ts';

export interface NextAction {
  title: string;
  text: string;
  button: string;
  icon: string;
  wish: Wish;
}

/** The one thing to do next; undefined while it is not known yet, or when all is well and there is nothing to urge. */
export function nextAction(dashboard: Dashboard, surroundings: Surroundings | undefined): NextAction | undefined {
  const { folder, isTrusted, projects, deployments } = dashboard;
  const running = deployments.find((each) => each.step || each.status === 'inprogress');
  if (running)
    return {
      title: t('{0} is being deployed', running.projectName),
      text: running.step
        ? t('Step {0} of {1}: {2}', running.step.number, running.step.of, t(running.step.label))
        : t('It has just begun.'),
      button: t('Watch It'),
      icon: 'pulse',
      wish: { type: 'show-deployment', deploymentId: running.id },
    };
  if (!folder && projects.length === 0)
    return {
      title: t('Open the folder of your app'),
      text: t('Deployotron recognises what is in it and takes it to a running URL.'),
      button: t('Open Folder'),
      icon: 'folder-opened',
      wish: { type: 'open-folder' },
    };
  if (!isTrusted)
    return {
      title: t('This workspace is in Restricted Mode'),
      text: t('A deployment runs the build of this folder, so it waits until you trust it. The history can be read.'),
      button: t('Manage Trust'),
      icon: 'shield',
      wish: { type: 'manage-trust' },
    };
  if (surroundings && !surroundings.isChecking && !surroundings.docker.ok)
    return {
      title: t('Docker is needed to build'),
      text: `${surroundings.docker.says} ${surroundings.docker.remedy}`,
      button: t('Check Again'),
      icon: 'refresh',
      wish: { type: 'refresh' },
    };
  if (projects.length === 0)
    return {
      title: t('Deploy this folder on the local sandbox'),
      text: t('“{0}” comes up on your own Docker, as it would on AWS. No account and no settings are needed.', folder),
      button: t('Deploy This Folder'),
      icon: 'rocket',
      wish: { type: 'deploy-folder' },
    };
  const failed = projects.find(({ latest }) => latest?.status === 'failed' || latest?.status === 'rolledback')?.latest;
  if (failed)
    return {
      title: t('{0} did not come up', failed.projectName),
      text: failed.cause,
      button: t('See Why'),
      icon: 'search',
      wish: { type: 'show-deployment', deploymentId: failed.id },
    };
  const [project, ...others] = projects;
  if (project && !project.latest)
    return {
      title: t('{0} is ready to be deployed', project.name),
      text: t('It has not been deployed yet.'),
      button: t('Deploy'),
      icon: 'rocket',
      wish: { type: 'deploy', projectId: project.id },
    };
  if (project?.live?.url && others.length === 0)
    return {
      title: t('{0} is up', project.name),
      text: project.live.url,
      button: t('Open App'),
      icon: 'link-external',
      wish: { type: 'open-url', deploymentId: project.live.id },
    };
  return undefined;
}
