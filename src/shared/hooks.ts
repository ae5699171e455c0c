import type { Figures, Stage } from './events.ts';

/** The hooks by which a long piece of work is watched and stopped; the service functions take them. */
export interface Hooks {
  signal: AbortSignal;
  /** One line of what the tool (git, Docker) said; without a line end. */
  log(line: string): void;
  /** `fraction` 0 to 1 of this piece of work; `detail` says of what. */
  progress(fraction: number, detail: string): void;
  /** A part of this piece of work has ended. */
  stage?(stage: Stage): void;
  measured?(figures: Figures): void;
}
