/**
 * A word as bash reads it back, on one line. GitHub replaces `${{ … }}` in a script before bash sees it, so that too is
 * taken apart.
 */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  if (!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\$\{\{/u.test(text)) return `'${text.replace(/'/g, `'\\''`)}'`;
  const escaped = text
    .replace(/[\\']/g, (found) => `\\${found}`)
    .replace(/\$(?=\{\{)/g, '\\x24')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, bytesOf);
  return `$'${escaped}'`;
}

/** By bytes, since what `\u` gives depends on the locale. Exactly two digits, so that no letter after it is taken along. */
function bytesOf(character: string): string {
  return [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}
