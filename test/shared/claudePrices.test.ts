import { expect, test } from 'vitest';
import { addUsage, costOf, usageText } from '../../src/shared/claudePrices.ts';

const tokens = { inputTokens: 1_000_000, outputTokens: 100_000, cacheReadTokens: 0, cacheWriteTokens: 0 };

test('an answer costs what its tokens cost by the list price, whose day is told', () => {
  expect(costOf('claude-opus-5-5', tokens)).toEqual({
    dollars: 6,
    pricesOf: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
  });
});

test('a long prompt is dearer where the model has it so', () => {
  expect(costOf('claude-haiku-5-5', tokens)?.dollars).toBeCloseTo(0.75);
  expect(costOf('claude-haiku-5-5', { ...tokens, inputTokens: 100_000 })?.dollars).toBeCloseTo(0.06);
});

test('of an unknown model the tokens are told alone', () => {
  const usage = addUsage(undefined, 'claude-of-tomorrow', tokens);
  expect(usage).not.toHaveProperty('cost');
  expect(usageText(usage)).toBe('1,000,000 tokens in, 100,000 out');
  expect(usageText(addUsage(usage, 'claude-of-tomorrow', tokens))).toBe('2,000,000 tokens in, 200,000 out');
});
