import { t } from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { Dashboard, DeploymentRow, Surroundings } from '../src/shared/protocol.ts';
import { wishButton } from './button.ts';
import { nextAction } from './nextAction.ts';
import { projectCard } from './projectCard.ts';
import { settingsView } from './settings.ts';
import { icon, statusIcon, statusWords } from './status.ts';
import { wish } from './vscode.ts';
import { age, duration, moment, prose } from './words.ts';

export interface DashboardFacts {
  dashboard?: Dashboard;
  surroundings?: Surroundings;
  tab: string;
}

export function dashboardView(facts: DashboardFacts, showTab: (tab: string) => void): TemplateResult {
  const onChange = (event: Event) => {
    const { activeid } = event.target as HTMLElement & { activeid: string };
    if (activeid) showTab(activeid);
  };
  return html`<header class="masthead">
      <h1>${icon('rocket')} Deployotron</h1>
    </header>
    <vscode-panels activeid=${facts.tab} aria-label=${t('Dashboard')} @change=${onChange}>
      <vscode-panel-tab id="overview">${t('Overview')}</vscode-panel-tab>
      <vscode-panel-tab id="settings">${t('Settings & Credentials')}</vscode-panel-tab>
      <vscode-panel-view id="overview-view">
        <main class="page">${facts.dashboard ? overview(facts.dashboard, facts.surroundings) : skeleton()}</main>
      </vscode-panel-view>
      <vscode-panel-view id="settings-view">
        <main class="page">${facts.surroundings ? settingsView(facts.surroundings) : skeleton()}</main>
      </vscode-panel-view>
    </vscode-panels>`;
}

/** Holds the place without a jump, and shows itself only when the facts are late. */
export function skeleton(): TemplateResult {
  return html`<div class="skeleton" role="status" aria-label=${t('Loading')}>
    <div></div>
    <div></div>
    <div></div>
  </div>`;
}

function overview(dashboard: Dashboard, surroundings: Surroundings | undefined): TemplateResult {
  return html`${nextStep(dashboard, surroundings)}
    <section aria-labelledby="projects-heading">
      <div class="heading">
        <h2 id="projects-heading">${t('Projects')}</h2>
        ${wishButton(t('Add Project'), { type: 'add-project' }, { icon: 'add' })}
      </div>
      ${
        dashboard.projects.length === 0
          ? html`<p class="quiet">${t('There is no project yet. The first deployment makes one.')}</p>`
          : html`<ul class="cards">
              ${repeat(
                dashboard.projects,
                (project) => project.id,
                (project) => html`<li>${projectCard(project)}</li>`,
              )}
            </ul>`
      }
    </section>
    ${dashboard.deployments.length === 0 ? nothing : latest(dashboard.deployments)} ${around(surroundings)}`;
}

function nextStep(dashboard: Dashboard, surroundings: Surroundings | undefined): TemplateResult | typeof nothing {
  const next = nextAction(dashboard, surroundings);
  if (!next) return nothing;
  return html`<section class="next" aria-labelledby="next-heading">
    <div>
      <h2 id="next-heading">${next.title}</h2>
      <p>${prose(next.text)}</p>
    </div>
    ${wishButton(next.button, next.wish, { icon: next.icon, isPrimary: true })}
  </section>`;
}

function latest(deployments: readonly DeploymentRow[]): TemplateResult {
  return html`<section aria-labelledby="latest-heading">
    <h2 id="latest-heading">${t('Latest deployments')}</h2>
    <ul class="rows">
      ${repeat(
        deployments,
        (row) => row.id,
        (row) => html`<li>${deploymentLine(row)}</li>`,
      )}
    </ul>
  </section>`;
}

function deploymentLine(row: DeploymentRow): TemplateResult {
  const { status, step } = row;
  const what = row.operation === 'rollback' ? t('Rollback: {0}', row.message) : row.message;
  const took = row.completedAt ? duration((row.completedAt - row.startedAt) * 1000) : '';
  return html`<button class="row" @click=${() => wish({ type: 'show-deployment', deploymentId: row.id })}>
    ${statusIcon(status)}
    <span class="row-name">${row.projectName}</span>
    <span class="row-state">${step ? t('{0} ({1}/{2})', t(step.label), step.number, step.of) : statusWords(status)}</span>
    <span class="row-what">${row.cause || what}</span>
    <code>${row.commit}${row.uncommitted ? '*' : ''}</code>
    <span class="row-age" title=${moment(row.startedAt)}>${age(row.startedAt)}${took ? ` · ${took}` : ''}</span>
  </button>`;
}

/** What the deployments stand on, in a line each. */
function around(surroundings: Surroundings | undefined): TemplateResult | typeof nothing {
  if (!surroundings) return nothing;
  const { docker, sandbox, aws, isChecking } = surroundings;
  return html`<section aria-labelledby="around-heading">
    <h2 id="around-heading">${t('Ready to deploy?')}</h2>
    <ul class="checks" aria-busy=${isChecking}>
      ${checkLine(isChecking, docker.ok, 'Docker', docker.says)}
      ${checkLine(isChecking, sandbox.isRunning, t('Sandbox'), sandbox.isRunning ? t('running at {0}', sandbox.endpoint) : t('not started; the first deployment on it starts it'), true)}
      ${checkLine(isChecking, aws.account !== '', 'AWS', aws.account ? t('account {0}, {1}', aws.account, aws.region) : aws.problem, true)}
      ${checkLine(isChecking, surroundings.hasClaudeKey, 'Claude', surroundings.hasClaudeKey ? t('key is stored') : t('no key; everything but the assistant works without it'), true)}
    </ul>
  </section>`;
}

/** What is optional and absent is no fault. */
export function checkLine(isChecking: boolean, ok: boolean, name: string, says: string, isOptional = false) {
  const [look, tone] = isChecking
    ? ['loading', 'quiet']
    : ok
      ? ['pass-filled', 'good']
      : isOptional
        ? ['circle-large-outline', 'quiet']
        : ['error', 'bad'];
  return html`<li>
    <span class=${tone}>${icon(look, isChecking)}</span>
    <strong>${name}</strong>
    <span>${isChecking ? t('looking…') : says}</span>
  </li>`;
}
