import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the extension in this VS Code', () => {
  it('is there', () => {
    const ours = vscode.extensions.all.filter(({ packageJSON }) => packageJSON.name === 'deployotron');
    assert.equal(ours.length, 1);
  });
});
