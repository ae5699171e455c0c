import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { DeployError } from '../../src/shared/errors.ts';
import { settingsFrom } from '../../src/terminal/host.ts';
import { optionsFrom, type ProjectFlags, withProjectFlags } from '../../src/terminal/options.ts';

function parse(...words: string[]): ProjectFlags {
  return withProjectFlags(new Command().exitOverride()).parse(words, { from: 'user' }).opts();
}

describe('the flags of a project', () => {
  it('leave out what was not said, so that nothing that is stored is overwritten', () => {
    expect(optionsFrom(parse())).toEqual({});
  });

  it('become options', () => {
    const words = ['--cpu', '512', '--env', 'A=1=2', '--env', 'B=', '--subnets', 'a, b,', '--no-assign-public-ip'];
    expect(optionsFrom(parse(...words))).toEqual({
      cpu: 512,
      environment: { A: '1=2', B: '' },
      subnets: ['a', 'b'],
      assignPublicIp: false,
    });
  });

  it('say of an app what was recognised otherwise', () => {
    const app = ['--folder', 'apps/web', '--dockerfile', 'web.Dockerfile', '--language-version', '22', '--port', '80'];
    const options = { folder: 'apps/web', dockerfilePath: 'web.Dockerfile', languageVersion: '22', port: 80 };
    expect(optionsFrom(parse(...app))).toEqual(options);
  });

  it.each([
    ['--port', '0'],
    ['--port', '70000'],
    ['--cpu', '1e3'],
    ['--env', 'no-value'],
    ['--env', '=x'],
  ])('refuse %s %s', (flag, value) => {
    expect(() => optionsFrom(parse(flag, value))).toThrow(DeployError);
  });

  it('never repeat the value of a variable that was written wrongly, since it may be a secret', () => {
    expect(() => optionsFrom(parse('--env', 'MY-KEY=hunter2'))).toThrow(/^(?!.*hunter2)/);
  });
});

describe('the settings', () => {
  it('take the flag first, then the environment, then the default', () => {
    const env = { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:4577/' };
    expect(settingsFrom({ region: 'us-west-2' }, env)).toMatchObject({
      region: 'us-west-2',
      endpoint: 'http://127.0.0.1:4577',
    });
    expect(settingsFrom({}, env).region).toBe('eu-west-1');
    expect(settingsFrom({}, {}).region).toBe('us-east-1');
  });

  it.each(['nonsense', 'ftp://x', 'javascript:alert(1)'])('refuse the endpoint %s', (endpoint) => {
    expect(() => settingsFrom({ endpoint }, {})).toThrow(/is not valid/);
  });
});
