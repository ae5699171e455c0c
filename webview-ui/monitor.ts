import { t } from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit-html';
import { type StepId, steps } from '../src/shared/events.ts';
import type { DeploymentRow, Monitor } from '../src/shared/protocol.ts';
import { iconButton, wishButton } from './button.ts';
import { failureCard } from './failureCard.ts';
import type { LogPane } from './logPane.ts';
import { environmentTag, progressBar } from './projectCard.ts';
import { icon, statusPill } from './status.ts';
import { stepList } from './steps.ts';
import { timelineSection } from './timeline.ts';
import { wish } from './vscode.ts';
import { age, duration, moment, targetName } from './words.ts';

/** `now` is milliseconds since 1970. */
export function monitorView(monitor: Monitor, log: LogPane, now: number): TemplateResult {
  const { progress, failure } = monitor;
  const broken = progress?.failure ?? failure;
  const showInLog = (id: StepId) => log.show(`== ${steps.find((step) => step.id === id)?.label}`);
  return html`<main class="monitor">
    ${head(monitor, now)} ${broken && broken.code !== 'Cancelled' ? failureCard(broken, monitor) : nothing}
    <div class="columns">
      <div class="side">
        <section aria-labelledby="steps-heading">
          <h2 id="steps-heading">${t('Steps')}</h2>
          ${progress ? stepList(progress, now, showInLog) : html`<p class="quiet">${t('The steps of this deployment were not kept; its log was.')}</p>`}
        </section>
        ${monitor.timeline ? timelineSection(monitor.timeline) : nothing}
        ${progress && progress.warnings.length > 0 ? warnings(progress.warnings) : nothing} ${factList(monitor)}
      </div>
      ${log.element}
    </div>
  </main>`;
}

export function missingView(): TemplateResult {
  return html`<main class="empty">
    <span class="empty-sign">${icon('search')}</span>
    <h1>${t('There is no such deployment')}</h1>
    <p class="quiet">${t('It was removed with its project, or belongs to another computer.')}</p>
    ${wishButton(t('Open Dashboard'), { type: 'open-dashboard' }, { icon: 'dashboard', isPrimary: true })}
  </main>`;
}

function head(monitor: Monitor, now: number): TemplateResult {
  const { project, deployment, progress } = monitor;
  const took = elapsed(monitor, now);
  const isRunning = deployment.status === 'inprogress' || deployment.status === 'pending';
  return html`<header class="monitor-head">
    <div class="title">
      <h1>${deployment.operation === 'rollback' ? t('Rollback of {0}', project.name) : project.name}</h1>
      ${environmentTag(project.environment)} ${statusPill(deployment.status)}
    </div>
    <p class="quiet">
      ${icon('arrow-right')} ${targetName(project.target)} · <span title=${moment(deployment.startedAt)}>${age(deployment.startedAt, now / 1000)}</span>
      ${took ? html` · <span class="elapsed">${took}</span>` : nothing}
    </p>
    ${deployment.url && !isRunning ? urlLine(deployment) : nothing}
    <div class="buttons">${wishButtons(monitor)}</div>
    ${isRunning ? progressBar(progress?.percent ?? 0, t('Deploying {0}', project.name)) : nothing}
  </header>`;
}

function elapsed({ deployment, progress }: Monitor, now: number): string {
  if (progress) return duration((progress.endedAt ?? now) - progress.startedAt);
  return deployment.completedAt ? duration((deployment.completedAt - deployment.startedAt) * 1000) : '';
}

function urlLine({ id, url }: DeploymentRow): TemplateResult {
  return html`<p class="url">
    <button class="link" @click=${() => wish({ type: 'open-url', deploymentId: id })}>${url}</button>
    ${iconButton('copy', t('Copy URL'), () => wish({ type: 'copy-url', deploymentId: id }))}
  </p>`;
}

function wishButtons({ deployment, project, can }: Monitor) {
  const { id: deploymentId, status, url } = deployment;
  const isUp = status === 'success' && url !== '';
  const hasFailed = status !== 'success' && can.retry;
  return [
    isUp && wishButton(t('Open App'), { type: 'open-url', deploymentId }, { icon: 'link-external', isPrimary: true }),
    can.cancel && wishButton(t('Cancel'), { type: 'cancel', deploymentId }, { icon: 'debug-stop' }),
    can.resume && wishButton(t('Resume Watching'), { type: 'resume', deploymentId }, { icon: 'eye', isPrimary: true }),
    can.retry &&
      wishButton(
        hasFailed ? t('Retry') : t('Deploy Again'),
        hasFailed ? { type: 'retry', deploymentId } : { type: 'deploy-again', projectId: project.id },
        { icon: 'debug-restart' },
      ),
    can.rollBack &&
      status === 'success' &&
      wishButton(t('Roll Back'), { type: 'roll-back', projectId: project.id }, { icon: 'discard' }),
    can.rollBackTo &&
      wishButton(t('Roll Back to This Version'), { type: 'roll-back-to', deploymentId }, { icon: 'history' }),
  ].filter((button) => button !== false);
}

function warnings(list: readonly string[]): TemplateResult {
  return html`<section aria-labelledby="warnings-heading">
    <h2 id="warnings-heading">${t('Warnings')}</h2>
    <ul class="warnings">
      ${list.map((each) => html`<li><span class="warn">${icon('warning')}</span> ${each}</li>`)}
    </ul>
  </section>`;
}

function factList({ deployment, imageUri, imageDigest, taskDefinition, project }: Monitor): TemplateResult {
  const commit = `${deployment.commit}${deployment.uncommitted ? '*' : ''}`;
  const rows: [name: string, value: string, isCode: boolean][] = [
    [t('Commit'), commit, true],
    [t('Message'), deployment.message, false],
    [t('Image'), imageUri, true],
    [t('Digest'), imageDigest, true],
    [t('Task definition'), taskDefinition, true],
    [t('Service'), `${project.target.cluster}/${project.target.service}`, true],
    [t('URL'), deployment.url, true],
    [t('Deployment'), deployment.id, true],
  ];
  return html`<section aria-labelledby="facts-heading">
    <h2 id="facts-heading">${t('Facts')}</h2>
    <dl class="facts">
      ${rows
        .filter(([, value]) => value !== '')
        .map(
          ([name, value, isCode]) =>
            html`<div><dt>${name}</dt><dd>${isCode ? html`<code>${value}</code>` : value}</dd></div>`,
        )}
    </dl>
    ${deployment.uncommitted ? html`<p class="quiet">${t('* with changes that are in no commit')}</p>` : nothing}
  </section>`;
}
