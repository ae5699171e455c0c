import type { Dockerfile, From, Instruction } from 'dockerfile-ast';
import { expand, type Variables, variablesOf } from './variables.ts';

/** A value that a Dockerfile names, with the line (from 1) and the instruction as it stands there. */
export interface Found<Value> {
  value: Value;
  line: number;
  says: string;
}

/** What a Dockerfile tells of the container that comes of it. */
export interface DockerfileFacts {
  stages: number;
  /** Base images of all stages, without tag. */
  images: string[];
  port: Found<number> | undefined;
  /** ENTRYPOINT and CMD as one line, for people. */
  start: Found<string> | undefined;
  /** Path that its HEALTHCHECK asks. */
  health: Found<string> | undefined;
}

/** Reads the last stage and those that it is built on; pure. Text that is no Dockerfile tells nothing. */
export async function readDockerfile(text: string): Promise<DockerfileFacts> {
  const { DockerfileParser } = await import('dockerfile-ast');
  const parsed = DockerfileParser.parse(text);
  const froms = parsed.getFROMs();
  const chain = finalInstructions(parsed);
  const variables = variablesOf(parsed, chain);
  const images = froms.map((from) => expand(from.getImageName() ?? '', variables));
  const health = healthUrl(chain, variables);
  const start = startOf(chain, variables);
  return {
    stages: froms.length,
    images,
    port:
      exposedPort(chain, variables) ??
      environmentPort(chain, variables) ??
      (health?.value.port ? { ...health, value: health.value.port } : undefined) ??
      (start && flagPort(start)) ??
      wellKnownPort(froms.at(-1), images.at(-1) ?? ''),
    start,
    health: health?.value.path ? { ...health, value: health.value.path } : undefined,
  };
}

/** Instructions of the last stage, then of the stage that it is FROM, and so on: the nearest says what holds. */
function finalInstructions(parsed: Dockerfile): Instruction[] {
  const stages: Instruction[][] = [];
  for (const instruction of parsed.getInstructions()) {
    if (instruction.getKeyword() === 'FROM') stages.push([]);
    stages.at(-1)?.push(instruction);
  }
  const froms = parsed.getFROMs();
  const chain: Instruction[] = [];
  let index = stages.length - 1;
  while (index >= 0) {
    chain.push(...(stages[index] ?? []));
    const parent = froms[index]?.getImage();
    index = froms.slice(0, index).findLastIndex((from) => from.getBuildStage() === parent);
  }
  return chain;
}

function found<Value>(instruction: Instruction, value: Value): Found<Value> {
  const text = (instruction.getRawArgumentsContent() ?? '').replace(/\\?\s*\n\s*/g, ' ');
  return { value, line: instruction.getRange().start.line + 1, says: `${instruction.getKeyword()} ${text}` };
}

const argumentsOf = (instruction: Instruction, variables: Variables) =>
  expand(instruction.getRawArgumentsContent() ?? '', variables);

function exposedPort(chain: readonly Instruction[], variables: Variables): Found<number> | undefined {
  for (const instruction of chain.filter((each) => each.getKeyword() === 'EXPOSE')) {
    const words = argumentsOf(instruction, variables).split(/\s+/);
    const port = words.map((word) => validPort(/^(\d+)(?:-\d+)?(?:\/tcp)?$/i.exec(word)?.[1])).find(Boolean);
    if (port) return found(instruction, port);
  }
  return undefined;
}

function environmentPort(chain: readonly Instruction[], variables: Variables): Found<number> | undefined {
  const port = validPort(expand(variables.get('PORT') ?? '', variables));
  const instruction = chain.find(
    (each) => each.getKeyword() === 'ENV' && /\bPORT[= ]/.test(each.getRawArgumentsContent() ?? ''),
  );
  return port && instruction ? found(instruction, port) : undefined;
}

function healthUrl(
  chain: readonly Instruction[],
  variables: Variables,
): Found<{ port?: number; path: string }> | undefined {
  const instruction = chain.find((each) => each.getKeyword() === 'HEALTHCHECK');
  const text = instruction && argumentsOf(instruction, variables);
  if (!instruction || !text) return undefined;
  const host = /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::(\d+))?(?![\d.])/.exec(text);
  // Between host and path a program may put a variable for the port.
  const rest = host ? text.slice(host.index + host[0].length) : '';
  const path = host ? /^[^\s/]{0,60}(\/[\w./~%-]*)/.exec(rest)?.[1] : /\bGET'?[ ,]'?(\/[\w./~%-]*)/.exec(text)?.[1];
  if (!host && !path) return undefined;
  const port = host && !rest.startsWith(':') ? validPort(host[1] ?? '80') : undefined;
  return found(instruction, { ...(port && { port }), path: path ?? '/' });
}

/** A CMD of a stage further up does not hold once an ENTRYPOINT nearer to the end has been set. */
function startOf(chain: readonly Instruction[], variables: Variables): Found<string> | undefined {
  const entry = lastOfNearest(chain, 'ENTRYPOINT');
  const command = lastOfNearest(chain, 'CMD');
  const parts = [entry, command].filter((each) => each !== undefined);
  const shown = command ?? entry;
  if (!shown) return undefined;
  return found(shown, parts.map((part) => wordsOf(argumentsOf(part, variables))).join(' '));
}

/** In one stage the last one counts, and the nearest stage comes first. */
function lastOfNearest(chain: readonly Instruction[], keyword: string): Instruction | undefined {
  const stageEnd = chain.findIndex((each, index) => index > 0 && each.getKeyword() === 'FROM');
  const nearest = stageEnd < 0 ? chain : chain.slice(0, stageEnd);
  const here = nearest.findLast((each) => each.getKeyword() === keyword);
  return here ?? (stageEnd < 0 ? undefined : lastOfNearest(chain.slice(stageEnd), keyword));
}

function wordsOf(text: string): string {
  try {
    const words: unknown = JSON.parse(text);
    return Array.isArray(words) ? words.join(' ') : text;
  } catch {
    return text;
  }
}

function flagPort(start: Found<string>): Found<number> | undefined {
  const match = /(?:--port[ =]|-p[ =]|(?:--bind|-b|--listen|--host)[ =]\S*:|\b0\.0\.0\.0:)(\d{2,5})\b/.exec(
    start.value,
  );
  const port = validPort(match?.[1]);
  return port ? { ...start, value: port } : undefined;
}

/** Servers whose image says nothing here because it has its own EXPOSE. */
function wellKnownPort(from: From | undefined, image: string): Found<number> | undefined {
  if (!from) return undefined;
  if (/(^|\/)nginx-unprivileged$/.test(image)) return found(from, 8080);
  return /(^|\/)(?:nginx|httpd|caddy)$/.test(image) ? found(from, 80) : undefined;
}

function validPort(text: string | undefined): number | undefined {
  const port = Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}
