import { t } from '@vscode/l10n';
import { html } from 'lit-html';
import type { Target } from '../src/shared/protocol.ts';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** How long something took, such as `4.2 s` or `3 min 05 s`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 10) return t('{0} s', seconds.toFixed(1));
  if (seconds < minute) return t('{0} s', Math.floor(seconds));
  if (seconds < hour) return t('{0} min {1} s', Math.floor(seconds / minute), twoDigits(seconds % minute));
  return t('{0} h {1} min', Math.floor(seconds / hour), twoDigits((seconds % hour) / minute));
}

function twoDigits(value: number): string {
  return String(Math.floor(value)).padStart(2, '0');
}

/** How long ago, such as `5 minutes ago`; `at` and `now` are Unix seconds. */
export function age(at: number, now = Date.now() / 1000): string {
  const seconds = Math.max(0, now - at);
  if (seconds < minute) return t('just now');
  const relative = new Intl.RelativeTimeFormat(document.documentElement.lang || 'en', { numeric: 'auto' });
  if (seconds < hour) return relative.format(-Math.floor(seconds / minute), 'minute');
  if (seconds < day) return relative.format(-Math.floor(seconds / hour), 'hour');
  return relative.format(-Math.floor(seconds / day), 'day');
}

/** Unix seconds as a date and time for people. */
export function moment(at: number): string {
  const format = new Intl.DateTimeFormat(document.documentElement.lang || 'en', {
    dateStyle: 'medium',
    timeStyle: 'medium',
  });
  return format.format(at * 1000);
}

export function targetName({ kind, where, cluster, service }: Target): string {
  const place = kind === 'sandbox' ? t('local sandbox') : where;
  return `${place} · ${cluster}/${service}`;
}

/** A sentence with `code` in it. */
export function prose(sentence: string) {
  return sentence.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part));
}
