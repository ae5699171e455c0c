import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { readSettings } from '../../../src/editor/host.ts';
import { defaultSettings } from '../../../src/shared/settings.ts';

const settings = () => vscode.workspace.getConfiguration('deployotron');
const set = (name: string, value: unknown) => settings().update(name, value, vscode.ConfigurationTarget.Global);

describe('the settings', () => {
  afterEach(async () => {
    for (const name of ['aws.region', 'aws.endpoint', 'rollout.minutes']) await set(name, undefined);
  });

  it('are those of the command line where nothing is set', () => {
    assert.deepEqual(readSettings(), defaultSettings);
  });

  it('are read anew at each use', async () => {
    await set('aws.region', 'eu-central-1');
    await set('rollout.minutes', 12);
    await set('aws.endpoint', 'http://127.0.0.1:4566/');
    assert.deepEqual(readSettings(), {
      ...defaultSettings,
      region: 'eu-central-1',
      rolloutMinutes: 12,
      endpoint: 'http://127.0.0.1:4566',
    });
  });

  it('let no repository choose the profile or the endpoint', () => {
    const scopes = (name: string) => settings().inspect(name);
    assert.equal(scopes('aws.profile')?.workspaceValue, undefined);
    assert.equal(scopes('aws.endpoint')?.workspaceValue, undefined);
  });
});
