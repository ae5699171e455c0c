import * as vscode from 'vscode';
import { fail } from '../../shared/errors.ts';
import type { Session } from '../session.ts';
import { deploymentFor } from '../targets.ts';
import type { Command } from './command.ts';

/** Opens the app where it answers. */
export const openUrl: Command = {
  id: 'deployotron.openUrl',
  async run(session, target) {
    const url = await urlFor(session, target);
    // asExternalUri: in a remote window the address is one of the remote computer.
    if (url) await vscode.env.openExternal(await vscode.env.asExternalUri(vscode.Uri.parse(url, true)));
  },
};

export const copyUrl: Command = {
  id: 'deployotron.copyUrl',
  async run(session, target) {
    const url = await urlFor(session, target);
    if (url) await vscode.env.clipboard.writeText(url);
    return url;
  },
};

/** A URL comes from a tag of the service, so it is looked at before it is opened. */
async function urlFor(session: Session, target: unknown): Promise<string | undefined> {
  const deployment = await deploymentFor(session, newestOf(target), ({ facts }) => Boolean(facts.url));
  if (!deployment) return undefined;
  const url = URL.parse(deployment.facts.url ?? '');
  if (url && /^https?:$/.test(url.protocol)) return url.href;
  throw fail(
    'Usage',
    vscode.l10n.t('It is not known where this deployment answers.'),
    vscode.l10n.t('Tag the service with deployotron:url, or look for it in your load balancer.'),
  );
}

/** A project stands for its newest deployment. */
function newestOf(target: unknown): unknown {
  const last = (target as { last?: { id: string } } | undefined)?.last;
  return last ? last.id : target;
}
