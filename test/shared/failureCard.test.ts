import { describe, expect, test } from 'vitest';
import type { Cause } from '../../src/shared/cause.ts';
import { fail, withCauses } from '../../src/shared/errors.ts';
import { failureCard, inWords } from '../../src/shared/failureCard.ts';

const cause: Cause = {
  code: 'L40',
  cause: 'The environment variable A_KEY is not set.',
  certainty: 'certain',
  lines: ['Error: A_KEY is not set'],
  remedy: 'Set A_KEY.',
  action: 'set-variable',
  parameters: { variable: 'A_KEY' },
};
const task = {
  id: '0123',
  container: 'web',
  exitCode: 1,
  reason: 'Essential container in task exited',
  lastLines: ['bye'],
};

describe('the failure card', () => {
  test('shows the task, its last words, the remedy as an action, and the other causes', () => {
    const other: Cause = { ...cause, code: 'S7', cause: 'Docker Hub allows no more.', certainty: 'possible' };
    const { failure } = fail('RolloutFailed', 'web', 'the environment variable A_KEY is not set.', 'Set A_KEY.', 'x');
    expect(failureCard(withCauses(failure, [cause, other], task))).toEqual({
      title: '“web” did not come up: the environment variable A_KEY is not set.',
      facts: [
        { label: 'Task', text: '0123 (container web)' },
        { label: 'Exit code', text: '1' },
        { label: 'ECS says', text: 'Essential container in task exited' },
      ],
      lines: ['bye'],
      remedy: { text: 'Set A_KEY.', action: 'set-variable', parameters: { variable: 'A_KEY' } },
      others: [other],
    });
    expect(inWords(other)).toBe('Possibly: Docker Hub allows no more.');
  });

  test('names the plain cause where the title does not say it', () => {
    const { failure } = fail('BuildFailed', 'RUN npm ci', 'npm error\nexit code 1');
    const card = failureCard(withCauses(failure, [{ ...cause, certainty: 'likely' }]));
    expect(card.cause).toBe('Most likely: The environment variable A_KEY is not set.');
    expect(card.lines).toEqual(['npm error', 'exit code 1']);
  });

  test('is there for a failure of which nothing more is known', () => {
    expect(failureCard(fail('Cancelled').failure)).toMatchObject({ facts: [], lines: [], others: [] });
  });
});
