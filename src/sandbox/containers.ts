import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import { type ContainerFacts, factsOf } from './containerFacts.ts';
import {
  DockerRefused,
  EngineClosed,
  endOfPull,
  ignoring,
  isUnreachable,
  linesOf,
  messageOf,
  orMissing,
  statusOf,
} from './dockerAnswers.ts';
import { type LogLine, readLogLines, sinceParameter } from './dockerLogs.ts';

export type Engine = ReturnType<typeof createEngine>;

/**
 * The only door to Docker. Every container made here carries the sandbox's label, and only those are ever looked at.
 * While the engine does not answer, calls wait until it does again.
 *
 * `onContainer` is called when a container may have changed: it died, or its health is another.
 * `onReachable(true)` after events may have been missed; everything has to be looked at again.
 */
export function createEngine(
  docker: Dockerode,
  sandboxId: string,
  hear: {
    onContainer(id: string): void;
    onReachable(reachable: boolean): void;
  },
) {
  const label = `deployotron.sandbox=${sandboxId}`;
  const closing = new AbortController();
  let watching: Promise<void> | undefined;

  async function patiently<T>(call: () => Promise<T>): Promise<T> {
    for (;;) {
      if (closing.signal.aborted) throw new EngineClosed();
      try {
        return await call();
      } catch (error) {
        if (!isUnreachable(error)) throw new DockerRefused(messageOf(error), { cause: error });
        await Promise.race([waitForPing(), once(closing.signal, 'abort')]);
      }
    }
  }

  async function waitForPing(): Promise<void> {
    while (!closing.signal.aborted && !(await pings()))
      await sleep(500, undefined, { signal: closing.signal }).catch(() => {});
  }

  const pings = () =>
    (
      docker.ping({
        abortSignal: AbortSignal.timeout(5_000),
      } as never) as unknown as Promise<unknown>
    ).then(
      () => true,
      () => false,
    );

  /** Events say what changes; where their stream breaks, it is opened again and everything is looked at anew. */
  async function watch(opened: () => void): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        const events = await openEvents();
        hear.onReachable(true);
        opened();
        await readEvents(events);
      } catch {
        // Whatever broke the stream: the engine is asked until it answers.
      }
      if (!closing.signal.aborted && !(await pings())) hear.onReachable(false);
      await waitForPing();
    }
  }

  async function openEvents(): Promise<Readable> {
    const filters = {
      type: ['container'],
      event: ['die', 'health_status'],
      label: [label],
    };
    const stream = await docker.getEvents({
      filters: JSON.stringify(filters),
      abortSignal: closing.signal,
    } as never);
    return stream as unknown as Readable;
  }

  async function readEvents(stream: Readable): Promise<void> {
    // An engine that hangs keeps its streams open and says nothing.
    const pulse = setInterval(async () => (await pings()) || stream.destroy(), 10_000);
    try {
      for await (const line of linesOf(stream)) hear.onContainer(JSON.parse(line).Actor.ID);
    } finally {
      clearInterval(pulse);
    }
  }

  async function openLogs(id: string, live: boolean, since: string | undefined): Promise<Readable> {
    const from = since === undefined ? {} : { since: sinceParameter(since) };
    const options = { stdout: true, stderr: true, timestamps: true, abortSignal: closing.signal, ...from };
    const container = docker.getContainer(id);
    if (live) return (await container.logs({ ...options, follow: true } as never)) as unknown as Readable;
    return Readable.from([await container.logs(options as never)]);
  }

  return {
    closed: closing.signal,

    /** Resolves once events are being heard, so that none is missed of what is started after it. */
    async open(): Promise<void> {
      await new Promise<void>((opened) => {
        watching = watch(opened).finally(opened);
      });
    },

    async close(): Promise<void> {
      closing.abort();
      await watching;
    },

    /** Number of CPUs: Docker refuses a container that asks for more. */
    cpus: () => patiently(async () => (await docker.info()).NCPU as number),

    /** @throws DockerRefused when the registry does not have it or does not let us in. */
    async pull(image: string, auth?: { username: string; password: string; serveraddress: string }): Promise<void> {
      await patiently(async () => {
        const stream = await docker.pull(image, {
          ...(auth ? { authconfig: auth } : {}),
          abortSignal: closing.signal,
        } as never);
        await endOfPull(stream as unknown as Readable);
      });
    },

    /** The content digest, or the image's id for one that never was in a registry; undefined when it is not here. */
    async imageDigest(image: string): Promise<string | undefined> {
      const found = await orMissing(patiently(() => docker.getImage(image).inspect()));
      const repository = image.replace(/(@sha256:.*|:[^:/]+)$/, '');
      const digest = found?.RepoDigests?.find((one) => one.startsWith(`${repository}@`));
      return digest?.split('@')[1] ?? found?.Id;
    },

    /** Name taken means that an earlier call did arrive although its answer was lost. */
    async create(options: Dockerode.ContainerCreateOptions): Promise<string> {
      const labels = { ...options.Labels, 'deployotron.sandbox': sandboxId };
      return patiently(async () => {
        try {
          return (await docker.createContainer({ ...options, Labels: labels })).id;
        } catch (error) {
          if (statusOf(error) !== 409) throw error;
          return (await docker.getContainer(String(options.name)).inspect()).Id;
        }
      });
    },

    start: (id: string) => patiently(() => ignoring([304], docker.getContainer(id).start())),

    /** SIGTERM, and SIGKILL after `seconds`. */
    stop: (id: string, seconds: number) =>
      patiently(() => ignoring([304, 404], docker.getContainer(id).stop({ t: seconds }))),

    remove: (id: string) =>
      patiently(() => ignoring([404, 409], docker.getContainer(id).remove({ force: true, v: true }))),

    createVolume: (name: string) =>
      patiently(() =>
        docker.createVolume({
          Name: name,
          Labels: { 'deployotron.sandbox': sandboxId },
        }),
      ),

    removeVolume: (name: string) => patiently(() => ignoring([404, 409], docker.getVolume(name).remove())),

    /** Undefined when it is gone. */
    async inspect(id: string): Promise<ContainerFacts | undefined> {
      const found = await orMissing(patiently(() => docker.getContainer(id).inspect()));
      return found && factsOf(found);
    },

    async list(): Promise<{ id: string; labels: Record<string, string> }[]> {
      const found = await patiently(() => docker.listContainers({ all: true, filters: { label: [label] } }));
      return found.map((one) => ({ id: one.Id, labels: one.Labels }));
    },

    /** Whole lines as they come, from after `since` (Docker's time stamp) on; resolves when the container has ended and all is read. */
    async follow(id: string, since: string | undefined, onLines: (lines: LogLine[]) => void): Promise<void> {
      let last = since;
      const read = (live: boolean) =>
        patiently(async () => {
          for await (const lines of readLogLines(await openLogs(id, live, last))) {
            const fresh = lines.filter((line) => last === undefined || line.stamp > last);
            last = fresh.at(-1)?.stamp ?? last;
            if (fresh.length > 0) onLines(fresh);
          }
        });
      await read(true);
      // The live stream of a container that ends leaves its very last words out when they end with no line feed (Docker 20.10).
      await read(false);
    },

    /** Removes every container and volume of this sandbox. */
    async clear(): Promise<void> {
      const containers = await docker.listContainers({
        all: true,
        filters: { label: [label] },
      });
      await Promise.all(
        containers.map((one) => ignoring([404, 409], docker.getContainer(one.Id).remove({ force: true, v: true }))),
      );
      const { Volumes } = await docker.listVolumes({
        filters: { label: [label] } as never,
      });
      await Promise.all((Volumes ?? []).map((one) => ignoring([404, 409], docker.getVolume(one.Name).remove())));
    },
  };
}
