import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extension } from './extension.ts';

const contributes = () => extension().packageJSON.contributes;

describe('what package.json promises', () => {
  it('every command that it names is there, and no other', async () => {
    const promised = contributes().commands.map(({ command }: { command: string }) => command);
    const views = Object.values(contributes().views as Record<string, { id: string }[]>)
      .flat()
      .map(({ id }) => id);
    const ofViews = (id: string) => views.some((view) => id.startsWith(`${view}.`));
    const registered = (await vscode.commands.getCommands(true)).filter(
      (id) => id.startsWith('deployotron.') && !ofViews(id),
    );
    assert.deepEqual(registered.sort(), promised.sort());
  });

  it('every text is translated: no placeholder is left', () => {
    assert.deepEqual(JSON.stringify(contributes()).match(/%[a-z][\w.-]*%/gi) ?? [], []);
  });

  it('every command has a title in the category of the extension', () => {
    for (const { title, category } of contributes().commands) {
      assert.match(title, /^[A-Z]/);
      assert.equal(category, 'Deployotron');
    }
  });

  it('every setting has its default, and says what it does', () => {
    const sections: { properties: Record<string, { default: unknown; markdownDescription: string }> }[] =
      contributes().configuration;
    for (const [name, { default: fallback, markdownDescription }] of sections.flatMap(({ properties }) =>
      Object.entries(properties),
    )) {
      assert.deepEqual(vscode.workspace.getConfiguration().inspect(name)?.defaultValue, fallback, name);
      assert.ok(markdownDescription.length > 20, name);
    }
  });
});
