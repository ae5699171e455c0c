/** A size of a Fargate task: vCPU units and MiB. */
export interface FargateSize {
  cpu: number;
  memory: number;
}

const GiB = 1024;

/** What Fargate offers: for each CPU the memory from, to and by which step. */
const offers: readonly [cpu: number, least: number, most: number, step: number][] = [
  [256, 512, 2 * GiB, GiB],
  [512, GiB, 4 * GiB, GiB],
  [1024, 2 * GiB, 8 * GiB, GiB],
  [2048, 4 * GiB, 16 * GiB, GiB],
  [4096, 8 * GiB, 30 * GiB, GiB],
  [8192, 16 * GiB, 60 * GiB, 4 * GiB],
  [16384, 32 * GiB, 120 * GiB, 8 * GiB],
];

const sizes: readonly FargateSize[] = offers.flatMap(([cpu, least, most, step]) => memoriesOf(cpu, least, most, step));

function memoriesOf(cpu: number, least: number, most: number, step: number): FargateSize[] {
  const found = [{ cpu, memory: least }];
  for (let memory = Math.floor(least / step + 1) * step; memory <= most; memory += step) found.push({ cpu, memory });
  return found;
}

export function isFargateSize({ cpu, memory }: FargateSize): boolean {
  return sizes.some((size) => size.cpu === cpu && size.memory === memory);
}

/** The next size with more memory and no less CPU; undefined when Fargate has none. */
export function moreMemory({ cpu, memory }: FargateSize): FargateSize | undefined {
  return atLeast({ cpu, memory: memory + 1 });
}

/** The least size that Fargate offers with at least so much of both. */
export function atLeast({ cpu, memory }: FargateSize): FargateSize | undefined {
  return sizes.find((size) => size.cpu >= cpu && size.memory >= memory);
}
