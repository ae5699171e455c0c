import { setTimeout as wait } from 'node:timers/promises';
import { redact } from '../shared/redact.ts';
import type { StepContext } from './context.ts';
import { logPlaceOf, taskArnsOf } from './evidence.ts';
import type { Rollout } from './steps/deployService.ts';

/** Milliseconds between two looks: a rollout of the sandbox takes seconds, one of AWS minutes. */
const pauses = { first: 1_000, later: 4_000, after: 20 } as const;
/** Lines of one task that are taken into the log of the deployment; the rest stays in CloudWatch. */
const mostLines = 1_000;

export interface AppLog {
  /** Looks no more; with `lastLook` after one more, for what has come since the last. Never rejects. */
  end(lastLook: boolean): Promise<void>;
}

/**
 * Brings what the tasks of a rollout write into the deployment's log while it is watched. It runs beside the watch and
 * never harms it: what cannot be read is left out.
 */
export function followAppLog(ctx: StepContext, { deploymentId, revision, unchanged }: Rollout): AppLog {
  const place = unchanged ? undefined : logPlaceOf(revision.container);
  const ended = new AbortController();
  const streams = new Map<string, Stream>();
  const look = () => (place ? lookAt(ctx, deploymentId, place, streams).catch(() => undefined) : undefined);
  const work = (async () => {
    for (let looks = 0; place && !ended.signal.aborted; looks++) {
      const pause = looks < pauses.after ? pauses.first : pauses.later;
      await wait(pause, undefined, { signal: AbortSignal.any([ended.signal, ctx.signal]) }).catch(() => undefined);
      if (!ended.signal.aborted && !ctx.signal.aborted) await look();
    }
  })();
  return {
    async end(lastLook) {
      ended.abort();
      await work;
      if (lastLook) await look();
    },
  };
}

interface Stream {
  token: string | undefined;
  lines: number;
}

type LogPlace = NonNullable<ReturnType<typeof logPlaceOf>>;

async function lookAt(ctx: StepContext, deploymentId: string, place: LogPlace, streams: Map<string, Stream>) {
  const running = await taskArnsOf(ctx, deploymentId, 'RUNNING');
  const stopped = await taskArnsOf(ctx, deploymentId, 'STOPPED');
  for (const task of [...stopped, ...running].map((arn) => arn.split('/').pop() ?? '')) {
    const stream = streams.get(task) ?? { token: undefined, lines: 0 };
    streams.set(task, stream);
    if (stream.lines < mostLines) await readOn(ctx, place, task, stream).catch(() => undefined);
  }
}

async function readOn(ctx: StepContext, { group, streamOf }: LogPlace, task: string, stream: Stream): Promise<void> {
  const [{ GetLogEventsCommand }, logs] = await Promise.all([
    import('@aws-sdk/client-cloudwatch-logs'),
    ctx.aws.logs(),
  ]);
  const command = new GetLogEventsCommand({
    logGroupName: group,
    logStreamName: streamOf(task),
    startFromHead: true,
    limit: mostLines,
    ...(stream.token && { nextToken: stream.token }),
  });
  const { events = [], nextForwardToken } = await logs.send(command, { abortSignal: ctx.signal });
  stream.token = nextForwardToken;
  if (events.length === 0) return;
  if (stream.lines === 0) ctx.log(`-- task ${task}`);
  stream.lines += events.length;
  for (const { message = '' } of events) ctx.log(redact(message).trimEnd());
  if (stream.lines >= mostLines) ctx.log(`-- task ${task} writes on in the log group ${group}`);
}
