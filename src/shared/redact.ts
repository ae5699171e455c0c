/** Shapes of secrets that are recognised wherever they stand. Prevention comes first; this is the second net. */
const shapes: readonly [pattern: RegExp, replacement: string][] = [
  // First, since another shape could swallow its end.
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '***'],
  // user:password@ or token@ in a URL
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@'"]+@/gi, '$1***@'],
  [/\b(authorization\s*[:=]\s*)((?:basic|bearer|token)\s+)?[^\s'",}]+/gi, '$1$2***'],
  [/\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}/g, '***'],
  [/\bglpat-[A-Za-z0-9_-]{15,}/g, '***'],
  [/\bnpm_[A-Za-z0-9]{30,}|\bpypi-[A-Za-z0-9_-]{30,}/g, '***'],
  [/\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g, '***'],
  [/\b[rs]k_(?:live|test)_[A-Za-z0-9]{10,}|\bwhsec_[A-Za-z0-9+/]{20,}/g, '***'],
  [/\bAIza[A-Za-z0-9_-]{35}/g, '***'],
  [/\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g, '***'],
  // A JSON web token: header and payload both begin with `{"`.
  [/\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g, '***'],
  [/\b(AccountKey|SharedAccessKey)=[A-Za-z0-9+/=]{20,}/g, '$1=***'],
  [/\bsk-ant-[A-Za-z0-9_-]{10,}/g, '***'],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, '***'],
  [/\b(aws_?(?:secret_?access_?key|session_?token)["']?\s*[:=]\s*["']?)[^\s"',}]+/gi, '$1***'],
  [/\b(x-amz-security-token["']?\s*[:=]\s*["']?)[^\s"',}]+/gi, '$1***'],
];

/** The text without anything that looks like a secret, and without the `known` ones in any common encoding. */
export function redact(text: string, known: readonly string[] = []): string {
  let clean = text;
  for (const secret of known) {
    for (const form of encodings(secret)) clean = clean.replaceAll(form, '***');
  }
  for (const [pattern, replacement] of shapes) clean = clean.replace(pattern, replacement);
  return clean;
}

/** Shorter values would blot out ordinary words. */
const shortestSecret = 6;

/** The forms in which a known secret may stand in a text, the longest first. */
export function encodings(secret: string): string[] {
  if (secret.length < shortestSecret) return [];
  const bytes = new TextEncoder().encode(secret);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), hex, ...base64Forms(bytes)];
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}

/** Base64 of the secret as it looks inside a longer text, at each of the three alignments; the edges that mix with neighbours are cut off. */
function base64Forms(bytes: Uint8Array): string[] {
  return [0, 1, 2].map((shift) => {
    const padded = btoa('\0'.repeat(shift) + String.fromCharCode(...bytes)).replace(/=+$/, '');
    const head = shift === 0 ? 0 : shift + 1;
    const tail = (shift + bytes.length) % 3 === 0 ? 0 : 1;
    return padded.slice(head, padded.length - tail);
  });
}
