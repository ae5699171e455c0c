import { type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const intervalMs = 1_000;
/** Until its first good answer a starting task is asked more often, so that a deployment does not wait for the next round. */
const firstIntervalMs = 250;
const timeoutMs = 3_000;

export interface TargetHealth {
  state: 'initial' | 'healthy' | 'unhealthy';
  /** Answers in a row that speak against `state`. */
  against: number;
}

/**
 * Healthy after one good answer at first, and after two in a row later; unhealthy after three bad ones in a row,
 * which do not count in the grace period of a task that never was healthy.
 */
export function judge(before: TargetHealth, good: boolean, inGrace: boolean): TargetHealth {
  const agrees = before.state === 'initial' ? !good && inGrace : good === (before.state === 'healthy');
  if (agrees) return { ...before, against: 0 };
  const against = before.against + 1;
  const needed = good ? (before.state === 'initial' ? 1 : 2) : 3;
  return against >= needed ? { state: good ? 'healthy' : 'unhealthy', against: 0 } : { ...before, against };
}

/** Asks one target until `signal` aborts, and tells every change, with the reason as a load balancer words it. */
export async function checkTarget(
  target: {
    port: number;
    healthy: boolean;
    signal: AbortSignal;
    healthPath(): string | undefined;
    graceMs(): number;
  },
  onChange: (healthy: boolean, reason: string) => void,
): Promise<void> {
  const graceEnds = Date.now() + target.graceMs();
  let health: TargetHealth = {
    state: target.healthy ? 'healthy' : 'initial',
    against: 0,
  };
  while (!target.signal.aborted) {
    const reason = await ask(target.port, target.healthPath(), target.signal);
    if (target.signal.aborted) return;
    const inGrace = Date.now() < graceEnds;
    const after = judge(health, reason === undefined, inGrace);
    if (after.state !== health.state) onChange(after.state === 'healthy', reason ?? '');
    health = after;
    const pause = health.state === 'initial' && inGrace ? firstIntervalMs : intervalMs;
    await sleep(pause, undefined, { signal: target.signal }).catch(() => {});
  }
}

/** Undefined when the answer is good. */
function ask(port: number, path: string | undefined, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const asking = request({
      host: '127.0.0.1',
      port,
      path: path ?? '/',
      agent: false,
      headers: { 'user-agent': 'ELB-HealthChecker/2.0' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    asking.on('response', (response) => {
      response.resume().on('error', () => {});
      resolve(verdict(response, path));
    });
    asking.on('error', (error: NodeJS.ErrnoException) => {
      if (error.name === 'TimeoutError' || (error.cause as Error | undefined)?.name === 'TimeoutError')
        resolve('Request timed out');
      // Something answers that is no HTTP, such as a database: alive, where nobody named a path to ask for.
      else if (path === undefined && error.code?.startsWith('HPE_')) resolve(undefined);
      else resolve('Health checks failed');
    });
    asking.end();
  });
}

/**
 * A named path must answer 200–399, as a target group's matcher would say. Without one the root is asked, and 4xx is good too:
 * an API that has nothing at its root answers 404 there, and is well.
 */
function verdict(response: IncomingMessage, path: string | undefined): string | undefined {
  const status = response.statusCode ?? 0;
  const good = status >= 200 && status < (path === undefined ? 500 : 400);
  return good ? undefined : `Health checks failed with these codes: [${status}]`;
}
