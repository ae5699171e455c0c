import { describe, expect, it } from 'vitest';
import { fail } from '../../src/shared/errors.ts';
import { type DeployEvent, steps } from '../../src/shared/events.ts';
import { applyEvent, type Progress } from '../../src/shared/progress.ts';

const base = { deploymentId: 'd1', at: 1000 };
const started: DeployEvent = {
  ...base,
  type: 'deployment-started',
  projectName: 'shop',
  operation: 'deploy',
  steps: steps.map((step) => step.id),
};

function fold(...events: DeployEvent[]): Progress {
  const [first, ...rest] = events;
  return rest.reduce(applyEvent, applyEvent(undefined, first as DeployEvent));
}

describe('progress', () => {
  it.each(steps.map((step) => [step.id, step.range] as const))('keeps step %s inside its range', (step, [from, to]) => {
    const begun = fold(started, { ...base, type: 'step-started', step });
    const half = applyEvent(begun, { ...base, type: 'step-progress', step, fraction: 0.5, detail: '' });
    const done = applyEvent(half, { ...base, type: 'step-succeeded', step, summary: 'ok' });
    expect([begun.percent, half.percent, done.percent]).toEqual([from, (from + to) / 2, to]);
  });

  it('never goes back, whatever a tool reports', () => {
    const at = (fraction: number): DeployEvent => ({
      ...base,
      type: 'step-progress',
      step: 'push',
      fraction,
      detail: '',
    });
    const all = [0.5, 0.2, Number.NaN, -3].map((fraction) => fold(started, at(0.5), at(fraction)).percent);
    expect(all).toEqual([62.5, 62.5, 62.5, 62.5]);
  });

  it('shows a cancelled step as cancelled and not as failed', () => {
    const event: DeployEvent = { ...base, type: 'step-failed', step: 'build', failure: fail('Cancelled').failure };
    expect(fold(started, event).steps.find((step) => step.id === 'build')?.state).toBe('cancelled');
  });

  it('is whole only after a success', () => {
    const end = (status: 'success' | 'failed'): DeployEvent => ({ ...base, type: 'deployment-finished', status });
    expect(fold(started, end('success')).percent).toBe(100);
    expect(fold(started, end('failed')).percent).toBe(0);
  });

  it('begins from any event, since a face may open in the middle of a deployment', () => {
    const progress = fold({ ...base, type: 'step-started', step: 'push' });
    expect(progress.percent).toBe(55);
    expect(progress.steps).toHaveLength(10);
  });
});
