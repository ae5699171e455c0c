import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Saved } from './action.ts';
import type { BlobStore } from './registryStore.ts';
import type { EcrState } from './repositories.ts';
import type { Tokens } from './tokens.ts';

export interface RegistryParts {
  saved: Saved<EcrState>;
  store: BlobStore;
  tokens: Tokens;
  /** Milliseconds since 1970. */
  now(): number;
}

/** One request, and what its path names. */
export interface Call extends RegistryParts {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  /** The repository's name, and what the path names in it. */
  name: string;
  reference: string;
}

/** A refusal in the registry's words. */
export class RegistryError extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const json = { 'content-type': 'application/json' };
