import { exitRules } from './exitCodes.ts';
import { healthRules } from './health.ts';
import { initialisationRules } from './initialisation.ts';
import { placementRules } from './placement.ts';
import { outsideRules, platformRules } from './platform.ts';
import { pullingRules } from './pulling.ts';
import type { DiagnosisContext, Found, Reading, Rule, Where } from './rule.ts';
import { serviceEventRules } from './serviceEvents.ts';
import { sayable } from './text.ts';

/**
 * All known signatures; the first that matches a text counts. What the start command did wrong (S30–S32)
 * comes before the general “could not be started” (S22, S33), and secrets before the pull, since both speak of a registry.
 */
export const rules: readonly Rule[] = [
  ...exitRules,
  ...initialisationRules,
  ...pullingRules,
  ...platformRules,
  ...healthRules,
  ...placementRules,
  ...serviceEventRules,
  ...outsideRules,
];

/** S66: the normal end of a task that is replaced or no longer wanted. */
export const normalEnd = /Scaling activity initiated by/i;

export interface Hit {
  rule: Rule;
  found: Found;
}

export function firstHit(where: readonly Where[], text: string, lines: readonly string[]): Hit | undefined {
  if (!text) return undefined;
  for (const rule of rules) {
    const match = where.includes(rule.where) && matchAll(rule.match, text);
    if (match) return { rule, found: { text, lines, name: (group = 1) => sayable(match[group], 100) } };
  }
  return undefined;
}

function matchAll(patterns: RegExp | readonly RegExp[], text: string): RegExpExecArray | undefined {
  const matches = [patterns].flat().map((pattern) => (pattern as RegExp).exec(text));
  return matches.every((match) => match !== null) ? matches.at(-1) : undefined;
}

/** Cause and remedy of a hit: the log's plainer words where it has some. */
export function explain({ rule, found }: Hit, context: DiagnosisContext): Reading {
  const reading = rule.refine?.(context, found);
  const words = (text: Rule['cause']) => (typeof text === 'string' ? text : text(context, found));
  if (reading) return reading;
  return {
    code: rule.id,
    cause: words(rule.cause),
    remedy: words(rule.remedy),
    certainty: rule.certainty ?? 'certain',
    lines: [],
    offer: rule.offer?.(context, found),
  };
}
