import { t } from '@vscode/l10n';
import type { Progress } from '../src/shared/progress.ts';
import { statusWords } from './status.ts';

/** Puts a sentence into the polite live region, where a screen reader finds it. */
export function announce(sentence: string): void {
  const region = document.getElementById('announcements');
  if (region && sentence) region.textContent = sentence;
}

/** What is worth saying of a change: a step's end, a cause, or the end of all, never a line of the log or a percentage. */
export function summaryOf(before: Progress | undefined, after: Progress): string {
  if (after.endedAt && !before?.endedAt) {
    const verdict = t('{0}: {1}.', after.projectName, statusWords(after.status));
    return after.failure ? `${verdict} ${after.failure.message}` : verdict;
  }
  if (after.failure && !before?.failure) return after.failure.message;
  const ended = after.steps.filter((step, at) => step.state !== before?.steps[at]?.state && isDone(step.state));
  return ended
    .map((step) => t('Step {0} of {1}, {2}: done.', after.steps.indexOf(step) + 1, after.steps.length, t(step.label)))
    .join(' ');
}

function isDone(state: string): boolean {
  return state === 'succeeded' || state === 'skipped';
}
