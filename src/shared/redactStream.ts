import { encodings } from './redact.ts';
import { mayNameSecret, redactOutgoing } from './redactOutgoing.ts';

/** Hides secrets in a text that comes in pieces, wherever it is cut: all that it gives is what `redactOutgoing` makes of the whole. */
export interface StreamRedactor {
  /** Takes the next piece; answers with as much as is certain by now. */
  push(piece: string): string;
  /** The rest. */
  end(): string;
}

export function createStreamRedactor(known: readonly string[] = []): StreamRedactor {
  const withSpace = known.flatMap(encodings).filter((form) => /\s/.test(form));
  let held = '';
  return {
    push(piece) {
      held += piece;
      const cut = safeCut(held, withSpace);
      const clean = redactOutgoing(held.slice(0, cut), known);
      held = held.slice(cut);
      return clean;
    },
    end() {
      const clean = redactOutgoing(held, known);
      held = '';
      return clean;
    },
  };
}

/** A name whose value is still to come, perhaps in the next line. */
const awaitsValue =
  /(?:authorization|access_?key|session_?token|x-amz-security-token)["']?\s*(?:[:=]\s*(?:basic|bearer|token)?\s*)?["']?$/i;
const openKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----(?![\s\S]*-----END [A-Z ]*PRIVATE KEY-----)/;

/** How much of the text can be looked at by itself: up to a space that stands in no secret. */
function safeCut(text: string, withSpace: readonly string[]): number {
  const openAt = text.search(openKey);
  const closed = openAt < 0 ? text : text.slice(0, openAt);
  for (let cut = lastSpace(closed, closed.length); cut > 0; cut = lastSpace(closed, cut - 1)) {
    const isSafe =
      !isInLineWithSecret(text, cut) &&
      !openKey.test(closed.slice(0, cut)) &&
      !awaitsValue.test(closed.slice(Math.max(0, cut - 200), cut)) &&
      !cutsThrough(text, cut, withSpace);
    if (isSafe) return cut;
  }
  return 0;
}

/** A line that names a secret is kept until it has ended, since the value may hold spaces. */
function isInLineWithSecret(text: string, cut: number): boolean {
  const start = text.lastIndexOf('\n', cut - 1) + 1;
  if (start === cut) return false;
  const end = text.indexOf('\n', cut);
  const line = text.slice(start, end < 0 ? text.length : end);
  return mayNameSecret.test(line) || line.includes('-----');
}

/** Just behind the last space before `before`; 0 when there is none. */
function lastSpace(text: string, before: number): number {
  for (let at = before; at > 0; at -= 1) if (/\s/.test(text[at - 1] ?? '')) return at;
  return 0;
}

/** True when a secret, or the beginning of one at the end of the text, stands on both sides of the cut. */
function cutsThrough(text: string, cut: number, secrets: readonly string[]): boolean {
  return secrets.some((secret) => {
    for (let start = Math.max(0, cut - secret.length + 1); start < cut; start += 1) {
      if (secret.startsWith(text.slice(start, start + secret.length))) return true;
    }
    return false;
  });
}
