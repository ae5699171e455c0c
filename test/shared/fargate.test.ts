import { describe, expect, test } from 'vitest';
import { atLeast, isFargateSize, moreMemory } from '../../src/shared/fargate.ts';

describe('more memory', () => {
  test.each([
    [256, 512, { cpu: 256, memory: 1024 }],
    [256, 2048, { cpu: 512, memory: 3072 }],
    [1024, 3072, { cpu: 1024, memory: 4096 }],
    [4096, 30_720, { cpu: 8192, memory: 32_768 }],
    [16_384, 98_304, { cpu: 16_384, memory: 106_496 }],
  ])('after %i units with %i MiB comes a pair that Fargate offers', (cpu, memory, expected) => {
    expect(moreMemory({ cpu, memory })).toEqual(expected);
    expect(isFargateSize(expected)).toBe(true);
  });

  test('there is none above the biggest', () => {
    expect(moreMemory({ cpu: 16_384, memory: 122_880 })).toBeUndefined();
  });
});

test.each([
  [256, 600, { cpu: 256, memory: 1024 }],
  [300, 512, { cpu: 512, memory: 1024 }],
  [8192, 17_000, { cpu: 8192, memory: 20_480 }],
])('%i units with %i MiB is no pair of Fargate, the next one is', (cpu, memory, expected) => {
  expect(isFargateSize({ cpu, memory })).toBe(false);
  expect(atLeast({ cpu, memory })).toEqual(expected);
});
