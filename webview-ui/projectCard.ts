import { t } from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit-html';
import type { Environment } from '../src/shared/models.ts';
import type { DeploymentRow, ProjectCard } from '../src/shared/protocol.ts';
import { iconButton, wishButton } from './button.ts';
import { statusPill } from './status.ts';
import { wish } from './vscode.ts';
import { age, targetName } from './words.ts';

const environmentNames: Record<Environment, () => string> = {
  development: () => t('Development'),
  staging: () => t('Staging'),
  production: () => t('Production'),
};

export function environmentTag(environment: Environment): TemplateResult {
  return html`<span class="tag ${environment}">${environmentNames[environment]()}</span>`;
}

export function projectCard(project: ProjectCard): TemplateResult {
  const { id, name, latest, live } = project;
  return html`<article class="card" aria-labelledby="project-${id}">
    <header>
      <h3 id="project-${id}">${name}</h3>
      ${environmentTag(project.environment)}
      <span class="spacer"></span>
      ${iconButton('edit', t('Edit {0}', name), () => wish({ type: 'edit-project', projectId: id }))}
    </header>
    <p class="quiet">${targetName(project.target)}</p>
    <p class="quiet">${[project.framework, project.source].filter(Boolean).join(' · ')}</p>
    ${latest ? lastResult(latest) : html`<p>${t('Not deployed yet')}</p>`} ${live ? liveVersion(live) : nothing}
    <footer>${buttons(project)}</footer>
  </article>`;
}

function lastResult(latest: DeploymentRow): TemplateResult {
  const { step } = latest;
  return html`<p class="result">
      ${statusPill(latest.status)}
      <span class="quiet">${step ? t('{0}, step {1} of {2}', t(step.label), step.number, step.of) : age(latest.startedAt)}</span>
    </p>
    ${step ? progressBar(step.percent, t('Deploying {0}', latest.projectName)) : nothing}
    ${latest.cause ? html`<p class="cause">${latest.cause}</p>` : nothing}`;
}

export function progressBar(percent: number, label: string): TemplateResult {
  return html`<div
    class="bar"
    role="progressbar"
    aria-label=${label}
    aria-valuemin="0"
    aria-valuemax="100"
    aria-valuenow=${Math.round(percent)}
  >
    <svg aria-hidden="true"><rect width="${percent}%" height="100%"></rect></svg>
  </div>`;
}

function liveVersion(live: DeploymentRow): TemplateResult {
  return html`<dl class="facts">
    ${
      live.url
        ? html`<div>
            <dt>${t('URL')}</dt>
            <dd class="with-button">
              <button class="link" @click=${() => wish({ type: 'open-url', deploymentId: live.id })}>${live.url}</button>
              ${iconButton('copy', t('Copy URL of {0}', live.projectName), () => wish({ type: 'copy-url', deploymentId: live.id }))}
            </dd>
          </div>`
        : nothing
    }
    <div>
      <dt>${t('Version')}</dt>
      <dd><code>${live.commit}${live.uncommitted ? '*' : ''}</code> ${live.message} · ${age(live.startedAt)}</dd>
    </div>
  </dl>`;
}

function buttons({ id, name, latest, live, canRollBack }: ProjectCard): TemplateResult {
  if (latest?.step)
    return html`${wishButton(t('Watch'), { type: 'show-deployment', deploymentId: latest.id }, { icon: 'pulse', label: t('Watch {0}', name) })}
    ${wishButton(t('Cancel'), { type: 'cancel', deploymentId: latest.id }, { icon: 'debug-stop', label: t('Cancel {0}', name) })}`;
  return html`${wishButton(t('Deploy'), { type: 'deploy', projectId: id }, { icon: 'rocket', label: t('Deploy {0}', name) })}
  ${latest ? wishButton(t('Details'), { type: 'show-deployment', deploymentId: latest.id }, { icon: 'list-tree', label: t('Details of the last deployment of {0}', name) }) : nothing}
  ${live?.url ? wishButton(t('Open App'), { type: 'open-url', deploymentId: live.id }, { icon: 'link-external', label: t('Open App of {0}', name) }) : nothing}
  ${canRollBack ? wishButton(t('Roll Back'), { type: 'roll-back', projectId: id }, { icon: 'discard', label: t('Roll back {0}', name) }) : nothing}`;
}
