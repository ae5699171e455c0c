import { createHash, randomBytes } from 'node:crypto';
import type { Saved } from './action.ts';

/** Only the tokens' SHA-256 is kept, with the time (milliseconds since 1970) at which it ends. */
export type TokenState = Record<string, number>;

export interface Tokens {
  /** A new password for user `AWS`, valid for 12 hours as ECR's are. */
  issue(): { password: string; expiresAt: number };
  check(password: string): 'valid' | 'expired' | 'unknown';
}

const lifetime = 12 * 3600 * 1000;
/** An ended token is still called expired, not unknown, for so long. */
const memory = 24 * 3600 * 1000;

export function createTokens(saved: Saved<{ tokens: TokenState }>, now: () => number = Date.now): Tokens {
  const { tokens } = saved.value;
  return {
    issue() {
      for (const [hash, expiresAt] of Object.entries(tokens)) {
        if (expiresAt + memory < now()) delete tokens[hash];
      }
      const password = randomBytes(96).toString('base64url');
      const expiresAt = now() + lifetime;
      tokens[hashOf(password)] = expiresAt;
      // Should this write fail, the token is good until the process ends, and the next save keeps it.
      saved.save().catch(() => {});
      return { password, expiresAt };
    },
    check(password) {
      const expiresAt = tokens[hashOf(password)];
      if (expiresAt === undefined) return 'unknown';
      return expiresAt > now() ? 'valid' : 'expired';
    },
  };
}

function hashOf(password: string): string {
  return createHash('sha256').update(password).digest('hex');
}
