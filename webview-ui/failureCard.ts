import { t } from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit-html';
import type { Cause, Certainty, FailedTask } from '../src/shared/cause.ts';
import type { Failure, RemedyAction } from '../src/shared/errors.ts';
import { isFinished } from '../src/shared/models.ts';
import type { Monitor } from '../src/shared/protocol.ts';
import { wishButton } from './button.ts';
import { icon } from './status.ts';
import { moment, prose } from './words.ts';

const actions: Record<RemedyAction, () => string> = {
  retry: () => t('Try Again'),
  'show-log': () => t('Open Log'),
  'set-aws-credentials': () => t('Set Up AWS Credentials'),
  'set-git-credentials': () => t('Set Up Git Credentials'),
  'set-claude-key': () => t('Set Up Claude API Key'),
  'set-up-vault': () => t('Use an Encrypted File'),
  'choose-claude-model': () => t('Choose Another Model'),
  'edit-project': () => t('Edit Project'),
  'start-sandbox': () => t('Start Sandbox'),
  'show-running': () => t('Show What Runs'),
  'raise-memory': () => t('Raise Memory and Deploy'),
  'set-health-path': () => t('Set Health Path'),
  'set-port': () => t('Set Port'),
  'set-variable': () => t('Set Variable'),
  rebuild: () => t('Build for the Right Platform'),
  'roll-back': () => t('Roll Back'),
  'open-file': () => t('Open File'),
};

const certainties: Record<Certainty, () => string> = {
  certain: () => t('certain'),
  likely: () => t('likely'),
  possible: () => t('possible'),
};

/** The cause, its evidence and the ways on. */
export function failureCard(failure: Failure, monitor: Monitor): TemplateResult {
  const [first, ...others] = failure.causes ?? [];
  const isOver = isFinished(monitor.deployment.status);
  return html`<section class="failure" aria-labelledby="failure-heading">
    <h2 id="failure-heading">${icon('error')} ${isOver ? t('Why it failed') : t('It will not come up')}</h2>
    <p class="cause">${failure.message}${first ? certaintyTag(first) : nothing}</p>
    <p class="remedy">${icon('lightbulb')} <span>${prose(failure.remedy.text)}</span></p>
    ${isOver ? waysOn(failure, monitor) : nothing}
    ${first && first.lines.length > 0 ? quoted(t('What it rests on'), first.lines) : nothing}
    ${failure.task ? taskPart(failure.task) : nothing}
    ${failure.detail ? quoted(t('What the tool said'), failure.detail.split('\n'), !first && !failure.task) : nothing}
    ${others.length > 0 ? otherCauses(others, monitor.deployment.id) : nothing}
    ${
      monitor.serviceEvents.length > 0
        ? quoted(
            t('What ECS said of the service'),
            monitor.serviceEvents.map((each) => `${moment(each.at)}  ${each.message}`),
          )
        : nothing
    }
  </section>`;
}

function waysOn({ remedy: { action } }: Failure, { deployment, project, can }: Monitor): TemplateResult {
  const { id: deploymentId } = deployment;
  return html`<div class="buttons">
    ${action && action !== 'show-log' && isKnown(action) ? wishButton(actions[action](), { type: 'remedy', deploymentId }, { isPrimary: true }) : nothing}
    ${can.rollBack && action !== 'roll-back' ? wishButton(t('Roll Back'), { type: 'roll-back', projectId: project.id }, { icon: 'discard' }) : nothing}
    ${wishButton(t('Analyse with Claude'), { type: 'analyse-logs', deploymentId }, { icon: 'sparkle' })}
    ${wishButton(t('Open Log'), { type: 'show-log', deploymentId }, { icon: 'output' })}
  </div>`;
}

/** The history may have been written by a newer version, with actions that this one does not know. */
function isKnown(action: string): action is RemedyAction {
  return Object.hasOwn(actions, action);
}

function certaintyTag({ certainty }: Cause): TemplateResult {
  return html` <span class="tag">${certainties[certainty]()}</span>`;
}

function taskPart(task: FailedTask): TemplateResult {
  const facts: [string, string | undefined][] = [
    [t('Task'), task.id],
    [t('Container'), task.container],
    [t('Exit code'), task.exitCode?.toString()],
    [t('Reason'), task.reason],
    [t('Health check'), task.health],
  ];
  return html`<dl class="facts">
      ${facts.filter(([, value]) => value).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
    </dl>
    ${task.lastLines.length > 0 ? quoted(t('Last lines of this task'), task.lastLines, true) : nothing}`;
}

function quoted(title: string, lines: readonly string[], isOpen = false): TemplateResult {
  return html`<details ?open=${isOpen}>
    <summary>${title}</summary>
    <pre tabindex="0" aria-label=${title}>${lines.join('\n')}</pre>
  </details>`;
}

function otherCauses(causes: readonly Cause[], deploymentId: string): TemplateResult {
  return html`<details>
    <summary>${t('Also seen ({0})', causes.length)}</summary>
    <ul class="causes">
      ${causes.map(
        (each) => html`<li>
          <p>${each.cause}${certaintyTag(each)}</p>
          <p class="quiet">${prose(each.remedy)}</p>
          ${each.action && isKnown(each.action) ? wishButton(actions[each.action](), { type: 'remedy', deploymentId, cause: each.code }) : nothing}
        </li>`,
      )}
    </ul>
  </details>`;
}
