import * as vscode from 'vscode';
import type { AppPlan } from '../frameworks/framework.ts';
import { toFailure } from '../shared/errors.ts';
import type { AppOptions } from '../shared/models.ts';
import { pickFrom } from './ask.ts';
import { readSettings } from './host.ts';

/** What the folder holds; where it holds several apps, the user says which. Undefined when the user leaves. */
export async function recognise(folder: string, wishes: AppOptions): Promise<AppPlan | undefined> {
  const { appsInFolder, detectFolder } = await import('../frameworks/folder.ts');
  try {
    return await detectFolder(folder, wishes, readSettings().baseImageRegistry);
  } catch (error) {
    if (toFailure(error).code !== 'SeveralApps') throw error;
    return pickApp(await appsInFolder(folder));
  }
}

async function pickApp(plans: readonly AppPlan[]): Promise<AppPlan | undefined> {
  const items = plans.map((plan) => ({
    label: plan.folder,
    description: plan.label,
    detail: firstEvidence(plan),
    plan,
  }));
  const chosen = await pickFrom(items, {
    placeHolder: vscode.l10n.t('This folder holds several apps. Which one is to be deployed?'),
  });
  return chosen?.plan;
}

/** `Express on Node 22, port 3000` and what that rests on. */
export function describePlan(plan: AppPlan): string {
  return [`${plan.label}, ${vscode.l10n.t('port {0}', plan.port)}`, firstEvidence(plan)].filter(Boolean).join(' — ');
}

function firstEvidence({ evidence }: AppPlan): string {
  const telling = evidence.find(({ line }) => line !== undefined) ?? evidence[0];
  return telling ? `${telling.file}${telling.line ? `:${telling.line}` : ''} ${telling.says}` : '';
}
