import type { Failure, FailureCode } from '../shared/errors.ts';

export const exitCodes = { success: 0, failed: 1, usage: 2, cancelled: 130 } as const;

/** Mistakes in what was asked for, as opposed to work that went wrong. */
const usage: readonly FailureCode[] = [
  'Usage',
  'InvalidName',
  'InvalidOption',
  'RepositoryUrlRefused',
  'ProjectNotFound',
  'ProjectExists',
  'DeploymentNotFound',
  'ConversationNotFound',
  'EvidenceUnreadable',
];

export function exitCodeOf(failure: Failure): number {
  if (failure.code === 'Cancelled') return exitCodes.cancelled;
  return usage.includes(failure.code) ? exitCodes.usage : exitCodes.failed;
}
