import type { Wish } from '../src/shared/protocol.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

const api = acquireVsCodeApi();

/** What the page remembers of itself when it is hidden, reloaded or restarted; the facts come from the editor again. */
export interface Memory {
  tab?: string;
  search?: string;
  isFollowing?: boolean;
  /** Pixels. */
  scrollTop?: number;
  logScrollTop?: number;
  /** Of the chat: what is typed, and where it is read. */
  draft?: string;
  chatTop?: number;
  [other: string]: unknown;
}

const memory: Memory = readMemory();

function readMemory(): Memory {
  const state = api.getState();
  return typeof state === 'object' && state !== null ? { ...state } : {};
}

export function remembered(): Readonly<Memory> {
  return memory;
}

export function remember(change: Memory): void {
  Object.assign(memory, change);
  api.setState(memory);
}

export function wish(wanted: Wish): void {
  api.postMessage(wanted);
}
