import { afterAll, beforeAll, expect, test } from 'vitest';
import { faults } from './faults.ts';
import { openStage } from './stage.ts';

let stage: Awaited<ReturnType<typeof openStage>>;

beforeAll(async () => {
  stage = await openStage();
});

afterAll(() => stage?.close());

/** `npm run test:failures` shows them all. */
test.each(faults.filter(({ quick }) => quick))(
  '$name: the cause is told, ECS goes back at once, and nobody notices',
  async (fault) => {
    const { record, cause, secondsToCause, failedRequests } = await stage.play(fault);
    expect(cause).toMatch(fault.cause);
    expect(record.status).toBe('rolledback');
    expect(record.failure?.task?.reason).toBeTruthy();
    expect(secondsToCause).toBeDefined();
    expect(failedRequests).toBe(0);
  },
);
