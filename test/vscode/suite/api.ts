import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { DeployotronApi } from '../../../src/editor/api.ts';
import { extension } from './extension.ts';

describe('for other extensions', () => {
  it('there is an API that lists projects, and says in a sentence which one it does not know', async () => {
    const api = (await extension().activate()) as DeployotronApi;
    assert.equal(api.version, 1);
    assert.deepEqual(await api.listProjects(), []);
    await assert.rejects(api.deploy('no-such-project'), /no-such-project/);
  });
});

describe('documents', () => {
  it('of a log are read-only text of their own language', async () => {
    const uri = vscode.Uri.from({ scheme: 'deployotron-log', path: '/0.deploylog', query: 'no-such-deployment' });
    const document = await vscode.workspace.openTextDocument(uri);
    assert.equal(document.isUntitled, false);
    assert.equal(vscode.workspace.fs.isWritableFileSystem('deployotron-log') ?? false, false);
  });
});
