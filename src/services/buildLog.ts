import { stripVTControlCharacters } from 'node:util';
import { type DeployError, fail } from '../shared/errors.ts';
import type { Stage } from '../shared/events.ts';
import type { DockerItem } from './dockerStream.ts';
import { withoutSourceFolder } from './sentFiles.ts';

/** What a builder's answer says, whichever builder it is. */
export interface BuildLog {
  take(item: DockerItem): void;
  /** True when every instruction came from the cache. */
  cached(): boolean;
  /** What has been done, instruction by instruction, in the order of the Dockerfile. */
  stages(): Stage[];
  failing(): FailingStep;
}

export interface FailingStep {
  /** `RUN npm ci`; empty when no instruction had begun. */
  instruction: string;
  /** The last lines that it wrote. */
  lines: string[];
  /** The image that was being fetched. */
  image: string;
}

/** How many of the last lines tell the cause. */
export const tellingLines = 15;

/** The failure for what the builder said last and where it stood. */
export function buildFailure(message: string, step: FailingStep): DeployError {
  if (message.includes('no space left on device')) return fail('DiskFull', 'an image in the Docker engine');
  if (isDockerfileMistake(message)) return fail('DockerfileInvalid', withoutWrapping(message));
  if (step.image) return fail('BaseImageUnavailable', step.image, withoutWrapping(message));
  const telling = [...step.lines.slice(-tellingLines), withoutWrapping(message)];
  return fail('BuildFailed', step.instruction, telling.join('\n'));
}

/** Texts of moby's and BuildKit's Dockerfile front end. */
function isDockerfileMistake(message: string): boolean {
  return /dockerfile parse error|failed to read dockerfile|cannot locate specified dockerfile|file with no instructions|no build stage|base name \(.*\) should not be blank|failed to parse stage name|circular dependency detected|invalid reference format|unknown instruction/i.test(
    message,
  );
}

function withoutWrapping(message: string): string {
  return withoutSourceFolder(message)
    .replace(
      /^(?:failed to (?:solve with frontend \S+|create LLB definition|solve|compute cache key|load cache key): )+/,
      '',
    )
    .replace(/ open \/var\/lib\/\S*\/buildkit-mount\d+\//, ' open ')
    .trim();
}

/** `docker.io/library/node:22` is what people write as `node:22`. */
export function familiarName(image: string): string {
  return image.replace(/docker\.io\/(?:library\/)?/, '');
}

/** Cuts text that comes in pieces into lines; what a progress bar overwrote with carriage returns is dropped. */
export function lineSplitter(emit: (line: string) => void): {
  add(text: string): void;
  end(): void;
} {
  let rest = '';
  const send = (raw: string) => {
    const line = stripVTControlCharacters(raw.replace(/\r+$/, '').split('\r').at(-1) ?? '');
    if (line.trim()) emit(line);
  };
  return {
    add: (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(send);
    },
    end: () => {
      send(rest);
      rest = '';
    },
  };
}
