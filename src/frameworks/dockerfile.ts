import type { Dockerfile, Instruction } from 'dockerfile-ast';
import type { AppPlan, EvidenceItem, Framework, Overrides } from './framework.ts';

const names = ['Dockerfile', 'dockerfile', 'docker/Dockerfile'];
const defaultPort = 8080;

/** The user's own Dockerfile: used as it is. */
export const dockerfile: Framework = {
  id: 'dockerfile',
  async detect(source, overrides) {
    for (const file of names) {
      const text = await source.read(file);
      if (text !== undefined) return plan(file, await parse(text), overrides);
    }
    return undefined;
  },
};

async function parse(text: string): Promise<Dockerfile> {
  const { DockerfileParser } = await import('dockerfile-ast');
  return DockerfileParser.parse(text);
}

function plan(file: string, parsed: Dockerfile, overrides: Overrides): AppPlan {
  const last = parsed.getFROMs().length - 1;
  const stage = parsed.getInstructions().slice(lastStageStart(parsed));
  const port = exposedPort(stage);
  const start = startOf(stage);
  const evidence: EvidenceItem[] = [{ file, says: 'the project has a Dockerfile of its own' }];
  if (port) evidence.push({ file, line: port.line, says: port.says });
  if (start) evidence.push({ file, line: start.line, says: start.says });
  return {
    framework: 'other',
    kind: 'dockerfile',
    label: `Own Dockerfile${last > 0 ? ` with ${last + 1} stages` : ''}`,
    language: '',
    languageVersion: '',
    packageManager: '',
    installCommand: '',
    buildCommand: '',
    startCommand: overrides.startCommand ?? start?.command ?? '',
    outputFolder: '',
    port: overrides.port ?? port?.value ?? defaultPort,
    healthPath: overrides.healthPath ?? '',
    evidence,
    warnings:
      port || overrides.port
        ? []
        : [
            `The Dockerfile has no EXPOSE, so port ${defaultPort} is assumed; set --port if the app listens on another.`,
          ],
    folder: '.',
    dockerfilePath: file,
    dockerfile: '',
    dockerignore: [],
  };
}

function lastStageStart(parsed: Dockerfile): number {
  const instructions = parsed.getInstructions();
  const index = instructions.findLastIndex((each) => each.getKeyword() === 'FROM');
  return Math.max(0, index);
}

/** EXPOSE, else ENV PORT; the first one named counts. */
function exposedPort(stage: Instruction[]): { value: number; line: number; says: string } | undefined {
  for (const keyword of ['EXPOSE', 'ENV']) {
    for (const instruction of stage.filter((each) => each.getKeyword() === keyword)) {
      const text = instruction.getRawArgumentsContent() ?? '';
      const value = Number((keyword === 'EXPOSE' ? /^(\d+)/ : /\bPORT[= ]"?(\d+)/).exec(text)?.[1]);
      if (value > 0 && value < 65_536) {
        return { value, line: instruction.getRange().start.line + 1, says: `${keyword} ${text}` };
      }
    }
  }
  return undefined;
}

function startOf(stage: Instruction[]): { command: string; line: number; says: string } | undefined {
  const found =
    stage.findLast((each) => each.getKeyword() === 'CMD') ??
    stage.findLast((each) => each.getKeyword() === 'ENTRYPOINT');
  const text = found?.getRawArgumentsContent();
  if (!found || !text) return undefined;
  return { command: wordsOf(text), line: found.getRange().start.line + 1, says: `${found.getKeyword()} ${text}` };
}

function wordsOf(text: string): string {
  try {
    const words: unknown = JSON.parse(text);
    return Array.isArray(words) ? words.join(' ') : text;
  } catch {
    return text;
  }
}
