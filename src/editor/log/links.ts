import * as vscode from 'vscode';
import { isForeign, type SourcePlace, sourceIn } from '../../diagnosis/frames.ts';
import { logSelector } from './document.ts';
import type { Readings } from './readings.ts';
import { findSource } from './source.ts';

class SourceLink extends vscode.DocumentLink {
  readonly place: SourcePlace;

  constructor(range: vscode.Range, place: SourcePlace) {
    super(range);
    this.place = place;
    this.tooltip = vscode.l10n.t('Open source');
  }
}

/** Stack frames and compilers' messages lead to the file and line of the open folder. */
export function registerLinks(readings: Readings): vscode.Disposable {
  return vscode.languages.registerDocumentLinkProvider(logSelector, {
    provideDocumentLinks: (document) =>
      readings.errorsOf(document).flatMap(({ line, lastLine }) => linksIn(document, line - 1, lastLine - 1)),
    async resolveDocumentLink(link) {
      if (!(link instanceof SourceLink)) return link;
      const found = await findSource(link.place);
      if (!found) return undefined;
      const { line, character } = found.range.start;
      link.target = found.uri.with({ fragment: `${line + 1},${character + 1}` });
      return link;
    },
  });
}

function linksIn(document: vscode.TextDocument, first: number, last: number): SourceLink[] {
  const links: SourceLink[] = [];
  for (let line = first; line <= Math.min(last, document.lineCount - 1); line++) {
    const { text } = document.lineAt(line);
    const place = sourceIn(text);
    const at = place ? text.indexOf(place.file) : -1;
    if (!place || at < 0 || isForeign(place.file)) continue;
    const end = Math.min(text.length, at + place.file.length + `:${place.line}`.length);
    links.push(new SourceLink(new vscode.Range(line, at, line, end), place));
  }
  return links;
}
