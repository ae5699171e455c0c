import * as vscode from 'vscode';
import { logSelector } from './document.ts';

/** A line that begins the part of a step; see runRecipe, which writes it. */
const heading = /^== (.+)$/;

/** The log's steps as an outline, and each as a part that can be folded. */
export function registerOutline(): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.languages.registerDocumentSymbolProvider(
      logSelector,
      {
        provideDocumentSymbols: (document) =>
          partsOf(document).map(({ name, range, head }) => symbol(name, range, head)),
      },
      { label: 'Deployotron' },
    ),
    vscode.languages.registerFoldingRangeProvider(logSelector, {
      provideFoldingRanges: (document) =>
        partsOf(document).map(({ range }) => new vscode.FoldingRange(range.start.line, range.end.line)),
    }),
  );
}

function symbol(name: string, range: vscode.Range, head: vscode.Range): vscode.DocumentSymbol {
  return new vscode.DocumentSymbol(name, '', vscode.SymbolKind.Event, range, head);
}

interface Part {
  name: string;
  range: vscode.Range;
  head: vscode.Range;
}

function partsOf(document: vscode.TextDocument): Part[] {
  const heads: { name: string; line: number }[] = [];
  for (let line = 0; line < document.lineCount; line++) {
    const name = heading.exec(document.lineAt(line).text)?.[1];
    if (name) heads.push({ name, line });
  }
  return heads.map(({ name, line }, index) => {
    const end = (heads[index + 1]?.line ?? document.lineCount) - 1;
    return {
      name,
      head: document.lineAt(line).range,
      range: new vscode.Range(document.lineAt(line).range.start, document.lineAt(end).range.end),
    };
  });
}
