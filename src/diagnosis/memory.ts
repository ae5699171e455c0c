import { moreMemory } from '../shared/fargate.ts';
import type { DiagnosisContext, Offer } from './rule.ts';

/** The smallest CPU that Fargate has; where the task's own is not known, the next size is counted from here. */
const leastCpu = 256;

function nextSize({ cpu = leastCpu, memory }: DiagnosisContext) {
  return memory ? moreMemory({ cpu, memory }) : undefined;
}

/** `such as 1024 MiB`, with the CPU where that has to grow, too; empty where nothing is known. */
export function nextSizeInWords(context: DiagnosisContext): string {
  const next = nextSize(context);
  if (!next) return '';
  const moreCpu = context.cpu && next.cpu > context.cpu ? ` (with ${next.cpu} CPU units)` : '';
  return `, such as ${next.memory} MiB${moreCpu}`;
}

export function raiseMemory(context: DiagnosisContext): Offer {
  const next = nextSize(context);
  return { action: 'raise-memory', ...(next && { parameters: { cpu: next.cpu, memory: next.memory } }) };
}
