import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fail } from '../../src/shared/errors.ts';
import { type DeployEvent, steps } from '../../src/shared/events.ts';
import { applyEvent, type Progress } from '../../src/shared/progress.ts';
import { endedLine, frame } from '../../src/terminal/frame.ts';

const at = (seconds: number) => ({ deploymentId: 'd1', at: seconds * 1000 });
const events: DeployEvent[] = [
  { ...at(0), type: 'deployment-started', projectName: 'shop', operation: 'deploy', steps: steps.map(({ id }) => id) },
  { ...at(0), type: 'step-started', step: 'record' },
  { ...at(0.2), type: 'step-succeeded', step: 'record', summary: 'Docker and AWS answer' },
  { ...at(0.2), type: 'step-started', step: 'clone' },
  { ...at(1), type: 'step-progress', step: 'clone', fraction: 0.5, detail: '61 of 122 objects\nand\tmore' },
  { ...at(1), type: 'warning', message: 'There is no package-lock.json.' },
];
const progress = events.reduce<Progress | undefined>(applyEvent, undefined) as Progress;
const plain = (columns: number) => frame(progress, 65_000, columns).map(stripVTControlCharacters);

describe('the live picture', () => {
  it('shows each step with its state, its time and what it is doing', () => {
    expect(plain(80)).toEqual([
      'Deploying shop  ████░░░░░░░░░░░░░░░░░░░░  15 %  1 min 5 s',
      '  ✓ Initialize record           0.2 s  Docker and AWS answer',
      '  › Clone repository        1 min 5 s  61 of 122 objects and more',
      ...steps.slice(2).map(({ label }) => `  · ${label}`),
      '  ! There is no package-lock.json.',
    ]);
  });

  it.each([20, 40, 60])(
    'is never wider than a terminal of %i columns allows, so that it is drawn in place',
    (columns) => {
      const wide = plain(columns).filter((line) => line.length > Math.max(columns, 62));
      expect(wide).toEqual([]);
    },
  );

  it('says in one line how a step has ended', () => {
    const failed = applyEvent(progress, {
      ...at(4),
      type: 'step-failed',
      step: 'clone',
      failure: fail('GitMissing').failure,
    });
    const step = failed.steps[1];
    expect(step && endedLine(step, 2, 10)).toBe(
      '[ 2/10] ✗ Clone repository (3.8 s): git is not installed, or not on the PATH.',
    );
  });
});
