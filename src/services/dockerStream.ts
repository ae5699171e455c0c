/** One line of what the engine answers to a build or a push. It says HTTP 200 first, and failures only here. */
export interface DockerItem {
  id?: string;
  status?: string;
  stream?: string;
  error?: string;
  errorDetail?: { message?: string; code?: number };
  progressDetail?: { current?: number; total?: number };
  aux?: unknown;
}

/** The items of an answer as they come. Ends early with the stream's own error when the connection breaks. */
export async function* readItems(stream: NodeJS.ReadableStream): AsyncGenerator<DockerItem> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim()) yield parseItem(line);
  }
  if (rest.trim()) yield parseItem(rest);
}

/** A line that is not JSON (a proxy on the way) is shown as it is rather than lost. */
function parseItem(line: string): DockerItem {
  try {
    return JSON.parse(line) as DockerItem;
  } catch {
    return { stream: `${line}\n` };
  }
}

/** Ends a piece of work that stands still or takes too long, with an error of ours as the reason. */
export interface Watch {
  /** Aborted by the user's signal, by a limit or by `end`. */
  signal: AbortSignal;
  /** Something has moved. */
  alive(): void;
  end(reason: Error): void;
  /** Settles like the work, or rejects as soon as the signal is aborted, for work that does not look at it. */
  race<Result>(work: Promise<Result>): Promise<Result>;
  /** Why it was ended, unless the user's own wish came first. */
  reason(): Error | undefined;
  stop(): void;
}

export interface Limit {
  milliseconds: number;
  /** Counted from the start rather than from the last `alive()`. */
  total?: boolean;
  /** An error that it returns ends the work. */
  reached(): Error | undefined;
}

export function startWatch(userSignal: AbortSignal, limits: Limit[]): Watch {
  const own = new AbortController();
  const signal = AbortSignal.any([userSignal, own.signal]);
  const act = (limit: Limit) => {
    const error = limit.reached();
    if (error) own.abort(error);
  };
  const timers = limits.map((limit) => ({
    limit,
    timer: setTimeout(act, limit.milliseconds, limit),
  }));
  return {
    signal,
    alive: () => {
      for (const { limit, timer } of timers) if (!limit.total) timer.refresh();
    },
    end: (reason) => own.abort(reason),
    race: (work) => raceAbort(work, signal),
    reason: () => (userSignal.aborted ? undefined : (own.signal.reason as Error | undefined)),
    stop: () => {
      for (const { timer } of timers) clearTimeout(timer);
    },
  };
}

function raceAbort<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const aborted = () => reject(signal.reason);
    if (signal.aborted) aborted();
    signal.addEventListener('abort', aborted, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted));
  });
}

/** `12.4 of 30.1 MB`; in powers of ten, as Docker counts. */
export function bytesText(done: number, total: number): string {
  const [unit, size] = total < 100_000 ? ['kB', 1e3] : ['MB', 1e6];
  return `${(done / size).toFixed(1)} of ${(total / size).toFixed(1)} ${unit}`;
}
