import type { Copy, Dockerfile, Instruction } from 'dockerfile-ast';

/** The part of a Dockerfile's stage that comes before the sources. */
export interface DependencyStage {
  /** Its place among the stages, from 1. */
  number: number;
  /** The Dockerfile up to there, whose last stage this is. */
  dockerfile: string;
}

/**
 * The stages in which something is run before the sources are copied, commonly the installation of what the app depends
 * on: of these, a commit that changes the sources alone can take everything over. Pure; text that is no Dockerfile has
 * none.
 */
export async function dependencyStages(text: string): Promise<DependencyStage[]> {
  const { DockerfileParser } = await import('dockerfile-ast');
  const parsed = DockerfileParser.parse(text);
  const lines = text.split(/\r?\n/);
  const withSources = new Set<string>();
  return stagesOf(parsed).flatMap((stage, index): DependencyStage[] => {
    const name = (parsed.getFROMs()[index]?.getBuildStage() ?? '').toLowerCase();
    const end = stage.findIndex((instruction) => bringsSources(instruction, withSources));
    if (end >= 0) for (const each of [name, String(index)]) withSources.add(each);
    const before = end < 0 ? stage : stage.slice(0, end);
    const last = before.findLast((instruction) => instruction.getKeyword() === 'RUN');
    if (!last) return [];
    return [{ number: index + 1, dockerfile: `${lines.slice(0, last.getRange().end.line + 1).join('\n')}\n` }];
  });
}

function stagesOf(parsed: Dockerfile): Instruction[][] {
  const stages: Instruction[][] = [];
  for (const instruction of parsed.getInstructions()) {
    if (instruction.getKeyword() === 'FROM') stages.push([]);
    stages.at(-1)?.push(instruction);
  }
  return stages;
}

/** Whether all sources come in here, or what another stage has made of them. */
function bringsSources(instruction: Instruction, withSources: ReadonlySet<string>): boolean {
  // Without the brackets, quotes and commas of the form in JSON.
  const words = instruction.getArguments().map((word) => word.getValue().replace(/^[["]+|[\],"]+$/g, ''));
  if (instruction.getKeyword() === 'FROM') return withSources.has((words[0] ?? '').toLowerCase());
  if (!['COPY', 'ADD'].includes(instruction.getKeyword())) return false;
  const from = (instruction as Copy).getFromFlag?.()?.getValue();
  if (from) return withSources.has(from.toLowerCase());
  return words.slice(0, -1).some((source) => /^(?:\.?\/)?\.?\/?\*?$/.test(source));
}
