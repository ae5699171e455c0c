import { setTimeout as wait } from 'node:timers/promises';
import type Docker from 'dockerode';

export interface Answer {
  status: number;
  text: string;
  location: string | null;
}

export interface Running {
  container: Docker.Container;
  /** The answer, or undefined while nothing listens on that port of the container. */
  ask(port: number, path: string): Promise<Answer | undefined>;
}

/**
 * Runs an image as ECS would: an init, the memory of a small task, PORT, and nothing else. Its own health check, which
 * ECS does not look at, runs every second.
 */
export async function runImage(
  docker: Docker,
  image: string,
  ports: readonly number[],
  port?: number,
): Promise<Running> {
  const exposed = ports.map((each) => `${each}/tcp`);
  const container = await docker.createContainer({
    Image: image,
    ...(port && { Env: [`PORT=${port}`] }),
    Healthcheck: { Interval: 1e9 },
    ExposedPorts: Object.fromEntries(exposed.map((each) => [each, {}])),
    HostConfig: {
      Init: true,
      Memory: 512 * 1024 * 1024,
      PortBindings: Object.fromEntries(exposed.map((each) => [each, [{ HostIp: '127.0.0.1', HostPort: '' }]])),
    },
  });
  await container.start();
  const { NetworkSettings } = await container.inspect();
  return {
    container,
    async ask(port, path) {
      const hostPort = NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort;
      const signal = AbortSignal.timeout(5_000);
      const answer = await fetch(`http://127.0.0.1:${hostPort}${path}`, { redirect: 'manual', signal }).catch(
        () => undefined,
      );
      if (!answer) return undefined;
      const text = await answer.text().catch(() => '');
      return { status: answer.status, text, location: answer.headers.get('location') };
    },
  };
}

/** The port of these that answers first. Throws with what the container wrote when it ends, or says nothing for a minute. */
export async function firstAnswer(
  { container, ask }: Running,
  ports: readonly number[],
  path: string,
): Promise<number> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    for (const port of ports) if (await ask(port, path)) return port;
    const isOver = !(await container.inspect()).State.Running;
    if (isOver || Date.now() > deadline) {
      const logs = await container.logs({ stdout: true, stderr: true, tail: 30 });
      throw new Error(`${isOver ? 'it ended' : 'no answer'}: ${logs.toString()}`);
    }
    await wait(100);
  }
}

/** Numeric user ids of what runs in the container, the init included. */
export async function usersOf(container: Docker.Container): Promise<string[]> {
  const { Processes } = (await container.top({ ps_args: '-eo uid,pid' })) as { Processes: string[][] };
  return Processes.map(([uid = '']) => uid.trim());
}

/** Seconds from SIGTERM to the end; undefined for one that had to be killed. */
export async function stopSeconds(container: Docker.Container): Promise<number | undefined> {
  const began = performance.now();
  await container.stop({ t: 10 });
  const seconds = (performance.now() - began) / 1000;
  return (await container.inspect()).State.ExitCode === 137 ? undefined : seconds;
}

/** Whether the health check that the image carries finds the app well within half a minute; undefined without one. */
export async function turnsHealthy(container: Docker.Container): Promise<boolean | undefined> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const { Health } = (await container.inspect()).State;
    if (!Health || Health.Status === 'none') return undefined;
    if (Health.Status !== 'starting' || Date.now() > deadline) return Health.Status === 'healthy';
    await wait(100);
  }
}
