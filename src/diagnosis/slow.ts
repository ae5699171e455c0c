import { isInstruction, type Metrics, type StageMetrics } from '../shared/metrics.ts';
import type { SlowHint } from '../shared/timeline.ts';
import { downloaderOf } from './downloaders.ts';

/** Below this many milliseconds a change is not worth its while. */
const worthwhile = 2_000;

/** Looks for one reason why a deployment took long. Pure; an estimate says what it rests on. */
type SlowRule = (metrics: Metrics) => SlowHint[];

const rules: readonly SlowRule[] = [
  sourcesBeforeInstall,
  noCacheMount,
  coldBuildCache,
  largeContext,
  largeImage,
  slowHealthCheck,
  slowDrain,
  slowStart,
  inBatches,
];

/** The one change that would save most; undefined where nothing known would save more than two seconds. Pure. */
export function whySlow(metrics: Metrics): SlowHint | undefined {
  const hints = rules.flatMap((rule) => rule(metrics)).filter(({ saves }) => saves >= worthwhile);
  return hints.sort((a, b) => b.saves - a.saves)[0];
}

/** What is copied as a whole before the dependencies are installed has them installed again for every changed file. */
function sourcesBeforeInstall(metrics: Metrics): SlowHint[] {
  const instructions = stagesOf(metrics, 'build').filter(isInstruction).sort(byPlace);
  return instructions.flatMap((install, at) => {
    const tool = downloaderOf(install.name);
    const before = instructions.slice(0, at).filter((each) => stageName(each) === stageName(install));
    const copy = before.find(({ name }) => /^\[[^\]]*\] (?:COPY|ADD) (?:--\S+ )*\.\/? /.test(name));
    if (!tool?.lockFile || !copy || install.cached) return [];
    return hint('SourcesBeforeInstall', install, install.milliseconds, {
      change: `Copy ${tool.lockFile} alone before \`${textOf(install)}\`, and the sources after it.`,
      estimate: `It took ${seconds(install.milliseconds)} and runs again whenever any file changes, since \`${textOf(copy)}\` stands before it.`,
    });
  });
}

/** A half is what downloads commonly are of an installation; what is compiled anew remains. */
function noCacheMount(metrics: Metrics): SlowHint[] {
  return stagesOf(metrics, 'build').flatMap((stage) => {
    const tool = downloaderOf(stage.name);
    if (!tool || stage.cached || stage.name.includes('--mount=type=cache')) return [];
    return hint('NoCacheMount', stage, stage.milliseconds / 2, {
      change: `Keep its downloads between builds: \`RUN --mount=type=cache,target=${tool.cache} …\`.`,
      estimate: `It took ${seconds(stage.milliseconds)} and began from nothing; about half of that is commonly download.`,
    });
  });
}

/** A layer that is taken over still has to be fetched, commonly in a quarter of the time that made it. */
function coldBuildCache(metrics: Metrics): SlowHint[] {
  const { buildSteps, buildStepsCached } = metrics;
  if (buildSteps < 3 || buildStepsCached > 0) return [];
  return stagesOf(metrics, 'build').flatMap((stage) => {
    if (!downloaderOf(stage.name)?.lockFile) return [];
    return hint('ColdBuildCache', stage, stage.milliseconds * 0.75, {
      change: 'Deploy with `--build-cache registry` where builds begin without a cache, as on a CI runner.',
      estimate: `None of ${buildSteps} instructions came from a cache, and this one took ${seconds(stage.milliseconds)}; its layer is the same until the dependencies change.`,
    });
  });
}

const modestContext = 10e6;

function largeContext(metrics: Metrics): SlowHint[] {
  const { contextBytes = 0, contextFiles = 0 } = metrics;
  const sending = stagesOf(metrics, 'build').find(({ name }) => name === 'sending files');
  if (!sending || contextBytes < 5 * modestContext) return [];
  return hint('LargeContext', sending, sending.milliseconds * (1 - modestContext / contextBytes), {
    change: 'List in .dockerignore what the image does not need, such as data, media and build results.',
    estimate: `${megabytes(contextBytes)} in ${contextFiles} files took ${seconds(sending.milliseconds)} to send; 10 MB would need ${seconds((sending.milliseconds * modestContext) / contextBytes)}.`,
  });
}

const slimImage = 250e6;

/** What the push sends and each task pulls grows with the image. */
function largeImage(metrics: Metrics): SlowHint[] {
  const { imageBytes = 0 } = metrics;
  const pull = stagesOf(metrics, 'monitor').find(({ name }) => name === 'pull');
  if (!pull || imageBytes < 2 * slimImage) return [];
  const sent = stagesOf(metrics, 'push').some(({ cached }) => !cached);
  const pushing = sent ? (metrics.steps.find(({ id }) => id === 'push')?.milliseconds ?? 0) : 0;
  const all = pull.milliseconds + pushing;
  return hint('LargeImage', pull, all * (1 - slimImage / imageBytes), {
    change: 'Use a slim base image, and copy only what runs into a last stage of the Dockerfile.',
    estimate: `The image has ${megabytes(imageBytes)}, and to push and pull it took ${seconds(all)}; a slim one has about 250 MB.`,
  });
}

function slowHealthCheck(metrics: Metrics): SlowHint[] {
  const { healthIntervalSeconds: interval = 0, targetGroups = 0 } = metrics;
  const health = stagesOf(metrics, 'monitor').find(({ name }) => name === 'health');
  if (!health) return [];
  if (interval > 5 && health.milliseconds >= interval * 1000)
    return hint('HealthInterval', health, (interval - 5) * 1000, {
      change: "Set the interval of the container's health check to 5 seconds.",
      estimate: `It asks every ${interval} seconds, so a task that is well is taken for it up to ${interval} seconds late; it took ${seconds(health.milliseconds)}.`,
    });
  return targetGroups > 0 ? slowTargetHealth(metrics, health) : [];
}

/** Two good answers that are five seconds apart; a target group asks every 30 seconds for five, unless it is told otherwise. */
const quickTarget = 10_000;

/** What the checks themselves need is saved at most: an app that is slow to answer stays so. */
function slowTargetHealth(metrics: Metrics, health: StageMetrics): SlowHint[] {
  const { targetIntervalSeconds: interval, targetHealthyThreshold: threshold } = metrics;
  const known = interval !== undefined && threshold !== undefined;
  const checks = known ? interval * threshold * 1000 : health.milliseconds;
  const asked = known
    ? `it asks every ${interval} seconds and wants ${threshold} good answers`
    : 'its checks could not be read';
  return hint('TargetHealth', health, Math.min(checks, health.milliseconds) - quickTarget, {
    change: 'Set HealthCheckIntervalSeconds of the target group to 5 and HealthyThresholdCount to 2.',
    estimate: `The balancer took ${seconds(health.milliseconds)} to call the task healthy; ${asked}, and two checks that are 5 seconds apart need 10.`,
  });
}

const quickDrain = 10_000;

function slowDrain(metrics: Metrics): SlowHint[] {
  const { targetGroups = 0, deregistrationSeconds: delay } = metrics;
  const drain = stagesOf(metrics, 'monitor').find(({ name }) => name === 'drain');
  if (!drain) return [];
  const took = `The old tasks took ${seconds(drain.milliseconds)} to end`;
  if (targetGroups > 0 && (delay === undefined || delay * 1000 > quickDrain)) {
    const waits =
      delay === undefined
        ? '300 seconds for open connections, unless it is told otherwise'
        : `up to ${delay} seconds for open connections`;
    return hint('Deregistration', drain, Math.min(drain.milliseconds, (delay ?? 300) * 1000) - quickDrain, {
      change: 'Set deregistration_delay.timeout_seconds of the target group to 10, or to your longest request.',
      estimate: `${took}; the balancer waits ${waits}.`,
    });
  }
  return hint('SlowStop', drain, drain.milliseconds - 3_000, {
    change: 'Let the app end on SIGTERM: start it directly (`CMD ["node", "server.js"]`), not through a shell or npm.',
    estimate: `${took}; an app that does not hear SIGTERM is killed after 30 seconds.`,
  });
}

function slowStart(metrics: Metrics): SlowHint[] {
  const start = stagesOf(metrics, 'monitor').find(({ name }) => name === 'start');
  if (!start) return [];
  return hint('SlowStart', start, start.milliseconds - 8_000, {
    change: 'Let the start command start the app alone; what it installs, builds or waits for belongs before it.',
    estimate: `From the pulled image to a running task took ${seconds(start.milliseconds)}; a container commonly needs less than 8 s.`,
  });
}

/** Below 200 percent, ECS replaces a part of the tasks at a time. */
function inBatches(metrics: Metrics): SlowHint[] {
  const { desiredTasks = 1, maximumPercent = 200 } = metrics;
  const step = metrics.steps.find(({ id }) => id === 'monitor');
  const atOnce = Math.max(1, Math.floor((desiredTasks * (maximumPercent - 100)) / 100));
  const batches = Math.ceil(desiredTasks / atOnce);
  if (!step || batches < 2) return [];
  return hint('InBatches', { name: 'monitor' }, step.milliseconds * (1 - 1 / batches), {
    change: "Set maximumPercent of the service's deployment configuration to 200.",
    estimate: `${desiredTasks} tasks are replaced ${atOnce} at a time, in ${batches} turns, which took ${seconds(step.milliseconds)}.`,
  });
}

function hint(code: string, { name }: { name: string }, saves: number, words: Pick<SlowHint, 'change' | 'estimate'>) {
  return [{ code, part: textOf({ name }), ...words, saves: Math.round(saves) }];
}

function stagesOf(metrics: Metrics, id: Metrics['steps'][number]['id']): StageMetrics[] {
  return metrics.steps.find((step) => step.id === id)?.stages ?? [];
}

/** `[build 3/5] RUN …`: the stage of the Dockerfile, and the place in it. */
function placeOf({ name }: StageMetrics): { stage: string; at: number } {
  const [, stage = '', at = '0'] = /^\[(.*?)(\d+)\/\d+\]/.exec(name) ?? [];
  return { stage, at: Number(at) };
}

function stageName(stage: StageMetrics): string {
  return placeOf(stage).stage;
}

function byPlace(a: StageMetrics, b: StageMetrics): number {
  return placeOf(a).at - placeOf(b).at;
}

function textOf({ name }: { name: string }): string {
  return name.replace(/^\[[^\]]*\] /, '');
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
