import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Failure } from '../shared/errors.ts';
import type { Host, Secrets } from '../shared/host.ts';
import { defaultSettings, type RollbackPolicy, type Settings } from '../shared/settings.ts';

/** The history lies where the command line has it, so that both show the same. */
export function storageDir(): string {
  return path.resolve(process.env.DEPLOYOTRON_HOME || path.join(homedir(), '.deployotron'));
}

export function vscodeHost(secrets: Secrets, output: vscode.LogOutputChannel): Host {
  return {
    storageDir: storageDir(),
    secrets,
    settings: readSettings,
    log: (line) => output.info(line),
    confirmRollback,
  };
}

async function confirmRollback({ message, remedy }: Failure): Promise<boolean> {
  const rollBack = vscode.l10n.t('Roll Back Now');
  const question = vscode.l10n.t('{0} It cannot come up any more. Roll back now?', message);
  return (await vscode.window.showWarningMessage(`${question} ${remedy.text}`, rollBack)) === rollBack;
}

/** VS Code's settings win over the environment, and that over the defaults. */
export function readSettings(): Settings {
  const settings = vscode.workspace.getConfiguration('deployotron');
  const text = (key: string, ...environment: string[]) =>
    settings.get<string>(key) || environment.map((name) => process.env[name]).find(Boolean) || '';
  const number = (key: string, fallback: number) => settings.get<number>(key) ?? fallback;
  return {
    ...defaultSettings,
    region: text('aws.region', 'AWS_REGION', 'AWS_DEFAULT_REGION') || defaultSettings.region,
    endpoint: text('aws.endpoint', 'AWS_ENDPOINT_URL').replace(/\/+$/, ''),
    profile: text('aws.profile', 'AWS_PROFILE'),
    baseImageRegistry: text('build.baseImageRegistry', 'DEPLOYOTRON_BASE_IMAGE_REGISTRY'),
    rollbackOnCertainFailure:
      settings.get<RollbackPolicy>('rollout.onCertainFailure') ?? defaultSettings.rollbackOnCertainFailure,
    rolloutMinutes: number('rollout.minutes', defaultSettings.rolloutMinutes),
    buildMinutes: number('build.minutes', defaultSettings.buildMinutes),
    cloneMinutes: number('clone.minutes', defaultSettings.cloneMinutes),
    keepDays: number('history.keepDays', defaultSettings.keepDays),
    keepDeployments: number('history.keepDeployments', defaultSettings.keepDeployments),
    otlpEndpoint: text('telemetry.otlpEndpoint', 'OTEL_EXPORTER_OTLP_ENDPOINT'),
    claudeModel: text('claude.model') || defaultSettings.claudeModel,
    claudeMaxTokens: number('claude.maxTokens', defaultSettings.claudeMaxTokens),
    claudeBaseUrl: text('claude.baseUrl').replace(/\/+$/, ''),
  };
}
