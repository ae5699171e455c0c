import { t } from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit-html';
import type { Surroundings, Wish } from '../src/shared/protocol.ts';
import { wishButton } from './button.ts';
import { icon } from './status.ts';
import { age, moment, prose } from './words.ts';

/** States and doors: every value is edited in the editor's own input, so that no secret ever enters the page. */
export function settingsView(around: Surroundings): TemplateResult {
  return html`<div class="heading">
      <p class="quiet" aria-live="polite">
        ${around.isChecking ? t('Looking…') : t('Looked {0}.', age(around.checkedAt / 1000))}
      </p>
      ${wishButton(t('Check Again'), { type: 'refresh' }, { icon: 'refresh' })}
      ${wishButton(t('Open Settings'), { type: 'open-settings' }, { icon: 'settings-gear' })}
    </div>
    <div class="cards" aria-busy=${around.isChecking}>
      ${awsCard(around)} ${gitCard(around)} ${claudeCard(around)} ${dockerCard(around)} ${sandboxCard(around)}
      ${storageCard(around)}
    </div>`;
}

type Row = [name: string, value: string];
type Door = [words: string, wish: Wish];

interface Card {
  id: string;
  title: string;
  icon: string;
  /** Good, absent (no fault), or bad. */
  state: 'good' | 'quiet' | 'bad';
  says: string;
  rows: Row[];
  remedy?: string;
  doors: Door[];
}

const marks = { good: 'pass-filled', quiet: 'circle-large-outline', bad: 'error' };

function card({ id, title, state, says, rows, remedy, doors, icon: sign }: Card): TemplateResult {
  return html`<section class="card" aria-labelledby=${id}>
    <header><h2 id=${id}>${icon(sign)} ${title}</h2></header>
    <p class="result"><span class=${state}>${icon(marks[state])}</span> <span>${says}</span></p>
    ${remedy ? html`<p>${prose(remedy)}</p>` : nothing}
    ${rows.length === 0 ? nothing : html`<dl class="facts">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`}
    ${doors.length === 0 ? nothing : html`<footer>${doors.map(([words, wanted]) => wishButton(words, wanted))}</footer>`}
  </section>`;
}

function filled(rows: [name: string, value: string | undefined][]): Row[] {
  return rows.filter((row): row is Row => Boolean(row[1]));
}

const sources: Record<Surroundings['aws']['source'], () => string> = {
  profile: () => t('a profile of ~/.aws'),
  stored: () => t('keys that are stored here'),
  environment: () => t('the environment of this computer'),
};

function awsCard({ aws }: Surroundings): TemplateResult {
  const isConnected = aws.account !== '';
  return card({
    id: 'aws',
    title: 'AWS',
    icon: 'cloud',
    state: isConnected ? 'good' : 'quiet',
    says: isConnected ? t('Connected') : aws.problem || t('Not connected'),
    remedy: isConnected ? '' : aws.remedy,
    rows: filled([
      [t('Account'), aws.account],
      [t('Identity'), aws.identity],
      [t('Region'), aws.region],
      [t('Endpoint'), aws.endpoint],
      [t('Profile'), aws.profile],
      [t('Expires'), aws.expiresAt === undefined ? '' : moment(aws.expiresAt)],
      [t('From'), isConnected ? sources[aws.source]() : ''],
    ]),
    doors: [[isConnected ? t('Change AWS Credentials') : t('Set Up AWS Credentials'), { type: 'set-aws-credentials' }]],
  });
}

function gitCard({ git, gitTokens }: Surroundings): TemplateResult {
  return card({
    id: 'git',
    title: 'git',
    icon: 'git-commit',
    state: git.ok ? 'good' : 'bad',
    says: git.says,
    remedy: git.remedy,
    rows: [
      [t('Tokens'), gitTokens.length > 0 ? gitTokens.join(', ') : t('none; needed for private repositories only')],
    ],
    doors: [[t('Set Up Git Credentials'), { type: 'set-git-credentials' }]],
  });
}

function claudeCard({ hasClaudeKey }: Surroundings): TemplateResult {
  return card({
    id: 'claude',
    title: 'Claude',
    icon: 'sparkle',
    state: hasClaudeKey ? 'good' : 'quiet',
    says: hasClaudeKey ? t('A key is stored') : t('No key is stored'),
    rows: hasClaudeKey ? [] : [[t('Needed for'), t('the assistant only')]],
    doors: [[hasClaudeKey ? t('Change Claude API Key') : t('Set Up Claude API Key'), { type: 'set-claude-key' }]],
  });
}

const hosts: Record<Surroundings['host']['kind'], () => string> = {
  local: () => t('this computer'),
  wsl: () => t('WSL'),
  ssh: () => t('a computer by SSH'),
  container: () => t('a container'),
  remote: () => t('a remote computer'),
};

function dockerCard({ docker, host }: Surroundings): TemplateResult {
  const where = host.name ? `${hosts[host.kind]()} (${host.name})` : hosts[host.kind]();
  return card({
    id: 'docker',
    title: 'Docker',
    icon: 'package',
    state: docker.ok ? 'good' : 'bad',
    says: docker.says,
    remedy: docker.remedy,
    rows: [[t('Runs on'), where]],
    doors: [[t('Run Doctor'), { type: 'run-doctor' }]],
  });
}

function sandboxCard({ sandbox }: Surroundings): TemplateResult {
  return card({
    id: 'sandbox',
    title: t('Sandbox'),
    icon: 'beaker',
    state: sandbox.isRunning ? 'good' : 'quiet',
    says: sandbox.isRunning ? t('Running') : t('Not running'),
    rows: filled([[t('Endpoint'), sandbox.endpoint]]),
    doors: sandbox.isRunning
      ? [[t('Stop Sandbox'), { type: 'stop-sandbox' }]]
      : [[t('Start Sandbox'), { type: 'start-sandbox' }]],
  });
}

type Storage = Pick<Card, 'state' | 'says' | 'remedy'>;

const storages: Record<Surroundings['storage'], () => Storage> = {
  new: () => ({ state: 'quiet', says: t('In the editor’s secret storage') }),
  kept: () => ({ state: 'good', says: t('In the editor’s secret storage, which has kept them') }),
  lost: () => ({
    state: 'bad',
    says: t('The editor’s secret storage has lost them'),
    remedy: t('It lives only as long as a session here. Keep them in an encrypted file, and set them up again.'),
  }),
  file: () => ({ state: 'good', says: t('In an encrypted file, opened by your passphrase') }),
};

function storageCard({ storage }: Surroundings): TemplateResult {
  return card({
    ...storages[storage](),
    id: 'storage',
    title: t('Where secrets are kept'),
    icon: 'lock',
    rows: [],
    doors: [
      ...(storage === 'lost' ? [[t('Use an Encrypted File'), { type: 'set-up-vault' }] satisfies Door] : []),
      [t('Remove Credentials'), { type: 'remove-credentials' }],
    ],
  });
}
