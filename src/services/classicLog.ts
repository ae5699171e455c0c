import type { Stage } from '../shared/events.ts';
import type { Hooks } from '../shared/hooks.ts';
import { type BuildLog, lineSplitter, tellingLines } from './buildLog.ts';
import { withoutSourceFolder } from './sentFiles.ts';

/** Reads the answer of the classic builder, and of Podman, which speaks alike: `Step 2/9 : RUN npm ci`. */
export function classicLog(hooks: Pick<Hooks, 'log' | 'progress'>): BuildLog {
  let instruction = '';
  let lines: string[] = [];
  let count = 0;
  let fromCache = 0;
  let froms = 0;
  const stages: Stage[] = [];
  const said = new Map<string, string>();

  const output = lineSplitter((line) => {
    hooks.log(line);
    const step = /^step (\d+)\/(\d+) ?: (.*)$/i.exec(line);
    if (!step) {
      lines = [...lines, line].slice(-tellingLines);
      if (/^ ?--->? Using cache/.test(line)) {
        fromCache++;
        Object.assign(stages.at(-1) ?? {}, { cached: true });
      }
      return;
    }
    const [number, total] = [Number(step[1]), Number(step[2])];
    instruction = step[3] ?? '';
    lines = [];
    begin(`[${number}/${total}] ${instruction}`);
    count = number;
    if (isFrom(instruction)) froms++;
    hooks.progress((number - 1) / total, `step ${number} of ${total}: ${instruction}`);
  });

  /** This builder tells no times: an instruction ends when the next one begins. */
  const begin = (name: string) => {
    endLast();
    stages.push({ name, startedAt: Date.now(), endedAt: 0 });
  };
  const endLast = () => {
    const last = stages.at(-1);
    if (last?.endedAt === 0) last.endedAt = Date.now();
  };

  return {
    take: (item) => {
      if (item.stream) output.add(withoutSourceFolder(item.stream));
      // While a base image is pulled, every layer says the same again and again with other figures.
      if (!item.status || said.get(item.id ?? '') === item.status) return;
      said.set(item.id ?? '', item.status);
      hooks.log(item.id ? `${item.id}: ${item.status}` : item.status);
    },
    cached: () => count > 0 && fromCache === count - froms,
    stages: () => {
      output.end();
      endLast();
      return stages;
    },
    failing: () => {
      output.end();
      return {
        instruction,
        lines,
        image: isFrom(instruction) ? (instruction.split(/\s+/)[1] ?? '') : '',
      };
    },
  };
}

function isFrom(instruction: string): boolean {
  return /^from\s/i.test(instruction);
}
