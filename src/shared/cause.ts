import type { RemedyAction } from './errors.ts';

/** `certain`: the text can mean nothing else. `likely`: it nearly always does. `possible`: one of several usual causes. */
export type Certainty = 'certain' | 'likely' | 'possible';

/** One cause of a failure, found by rules alone. Plain data: stored with the deployment, and shown alike by every face. */
export interface Cause {
  /** The row of the table of known signatures, such as `S23`. Stable. */
  code: string;
  /** One sentence. */
  cause: string;
  certainty: Certainty;
  /** The lines on which it rests: reasons, exit codes, events, and the telling lines of a log. */
  lines: string[];
  /** One or two sentences: what to do. */
  remedy: string;
  action?: RemedyAction;
  parameters?: ActionParameters;
}

/** What an action needs to know; each action has its own, and one that is absent has to be asked for. */
export interface ActionParameters {
  /** `retry`: how long to wait before it makes sense. */
  seconds?: number;
  /** `raise-memory`: the next pair that Fargate offers, in vCPU units and MiB. */
  cpu?: number;
  memory?: number;
  /** `set-health-path`. */
  healthPath?: string;
  /** `set-port`: where the app really listens. */
  port?: number;
  /** `set-variable`: name of the environment variable that is missing. */
  variable?: string;
  /** `rebuild`. */
  platform?: 'linux/amd64' | 'linux/arm64';
  /** `open-file`: as the log writes it, relative to the source or to the image's working folder; the line counts from 1. */
  file?: string;
  line?: number;
  column?: number;
}

/** The task that a failure card shows. */
export interface FailedTask {
  /** The id at the end of its ARN. */
  id: string;
  /** Name of the container that ended first, and its exit code where it has one. */
  container: string;
  exitCode?: number;
  /** ECS's own words: the container's reason, else the task's. */
  reason: string;
  /** Why the load balancer or the container's own check called it unhealthy, where it did. */
  health?: string;
  /** The last lines that this very task wrote. */
  lastLines: string[];
}
