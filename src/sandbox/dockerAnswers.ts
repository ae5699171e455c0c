import type { Readable } from 'node:stream';

/** The engine's own refusal: an image that is not there, a command that cannot be executed. */
export class DockerRefused extends Error {}

/** Thrown out of waiting calls when the sandbox stops working; what waits then is taken up at the next start. */
export class EngineClosed extends Error {}

/** Docker answers 200 and puts a refused pull into the body. */
export async function endOfPull(stream: Readable): Promise<void> {
  for await (const line of linesOf(stream)) {
    const { error } = JSON.parse(line);
    if (error) throw new Error(error);
  }
}

/** Not readline: on Node 20 its iterator does not pass a stream's error on. */
export async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield line;
  }
}

export async function ignoring(statuses: number[], call: Promise<unknown>): Promise<void> {
  await call.catch((error) => {
    if (!statuses.includes(statusOf(error))) throw error;
  });
}

export async function orMissing<T>(call: Promise<T>): Promise<T | undefined> {
  return call.catch((error) => {
    if (error instanceof DockerRefused && statusOf(error.cause) === 404) return undefined;
    throw error;
  });
}

export function statusOf(error: unknown): number {
  return (error as { statusCode?: number })?.statusCode ?? 0;
}

/** Docker's own sentence, without the HTTP words that dockerode puts before it. */
export function messageOf(error: unknown): string {
  const { json, message } = error as {
    json?: { message?: string };
    message?: string;
  };
  return json?.message ?? message?.replace(/^\(HTTP code \d+\) [^-]*- /, '').trim() ?? String(error);
}

export function isUnreachable(error: unknown): boolean {
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  if (statusCode !== undefined) return false;
  return ['ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'ABORT_ERR'].includes(
    code ?? '',
  );
}
