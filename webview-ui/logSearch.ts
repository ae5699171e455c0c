import { t } from '@vscode/l10n';
import type { LogText } from './logText.ts';

/** More are not marked, and are counted as "and more". */
const mostFound = 2_000;

/** Marks every place of some words in the log, and one of them as the current one. */
export function createLogSearch(text: LogText) {
  let words = '';
  let found: Range[] = [];
  let at = -1;

  const mark = () => {
    CSS.highlights.set('log-found', new Highlight(...found));
    const current = found[at];
    CSS.highlights.set('log-current', current ? new Highlight(current) : new Highlight());
  };

  return {
    words: () => words,
    /** With the same words it looks anew, since more lines may have come. */
    look(wanted: string): void {
      found = text.find(wanted, mostFound);
      at = wanted === words ? Math.min(at, found.length - 1) : -1;
      words = wanted;
      mark();
    },
    /** Makes the next or the one before the current one; after the last comes the first. */
    step(by: 1 | -1): Range | undefined {
      const { length } = found;
      if (length > 0) at = at < 0 ? (by > 0 ? 0 : length - 1) : (at + by + length) % length;
      mark();
      return found[at];
    },
    /** For people; empty when nothing is looked for. */
    count(): string {
      if (!words) return '';
      if (found.length === 0) return t('none found');
      const total = found.length === mostFound ? `${mostFound}+` : String(found.length);
      return at < 0 ? t('{0} found', total) : t('{0} of {1}', at + 1, total);
    },
  };
}
