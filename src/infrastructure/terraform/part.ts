import { type HclValue, hcl, quoted } from '../hcl.ts';
import type { ServicePlan } from '../servicePlan.ts';
import type { TerraformWishes } from './wishes.ts';

/** One topic of the module: its resources, the variables that they read, and what they give back. */
export interface Part {
  variables: readonly Variable[];
  /** Blocks of main.tf. What comes from outside stands in the values; where it must stand here, it is `quoted`. */
  main: string;
  outputs: readonly Output[];
}

/** Pure; undefined where the variant has no such topic. */
export type PartOf = (plan: ServicePlan, wishes: TerraformWishes) => Part | undefined;

export interface Variable {
  name: string;
  type: string;
  description: string;
  /** What this project says, for its `.tfvars`; where it says nothing, the default holds. */
  value?: HclValue | undefined;
  default?: HclValue;
  rule?: Rule;
}

interface Rule {
  condition: string;
  message: string;
}

export interface Output {
  name: string;
  description: string;
  value: string;
}

export function variableBlock({ name, type, description, default: fallback, rule }: Variable): string {
  const lines = [
    `variable "${name}" {`,
    `  description = ${quoted(description)}`,
    `  type        = ${type}`,
    ...(fallback === undefined ? [] : [`  default     = ${hcl(fallback, '  ')}`]),
    ...(rule ? ['', '  validation {', `    condition     = ${rule.condition}`] : []),
    ...(rule ? [`    error_message = ${quoted(rule.message)}`, '  }'] : []),
    '}',
  ];
  return lines.join('\n');
}

export function outputBlock({ name, description, value }: Output): string {
  return `output "${name}" {\n  description = ${quoted(description)}\n  value       = ${value}\n}`;
}

/** That each of a list of ids is one of its kind: `subnet`, `sg`. */
export function idsRule(name: string, kind: 'subnet' | 'sg'): Rule {
  return {
    condition: `alltrue([for id in var.${name} : can(regex("^${kind}-[0-9A-Za-z-]+$", id))])`,
    message: `Each looks like ${kind}-0123456789abcdef0.`,
  };
}

export function oneOfRule(name: string, values: readonly string[], what: string): Rule {
  return {
    condition: `contains([${values.map(quoted).join(', ')}], var.${name})`,
    message: `${what} is ${values.slice(0, -1).join(', ')} or ${values.at(-1)}.`,
  };
}

export function notNegative(name: string, what: string): Rule {
  return { condition: `var.${name} >= 0`, message: `${what} is not negative.` };
}

/** Undefined for what is empty, so that a file of values says only what is set. */
export function unlessEmpty<T extends readonly unknown[] | string>(value: T): T | undefined {
  return value.length > 0 ? value : undefined;
}
