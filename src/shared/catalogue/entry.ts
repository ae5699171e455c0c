import type { ActionParameters } from '../cause.ts';
import type { RemedyAction } from '../errors.ts';

/** One failure in words; `detail` is what the tool itself said. */
export type Entry = {
  message: string;
  remedy: string;
  action?: RemedyAction;
  parameters?: ActionParameters;
  detail?: string;
};

export function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Quotes a value from outside on one line, so that it cannot pass for part of our sentence. */
export function quote(value: string): string {
  const line = value.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return `“${line.length > 120 ? `${line.slice(0, 119)}…` : line}”`;
}
