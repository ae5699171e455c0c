import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';
import type { App } from '../app.ts';
import { openWorkspace, type Workspace } from '../assistant/workspace.ts';
import type { ApprovalRequest, ChatEvent, Proposal } from '../shared/chat.ts';
import { usageText } from '../shared/claudePrices.ts';
import type { Project } from '../shared/models.ts';
import { exitCodeOf, exitCodes } from './exitCodes.ts';
import { printFailure } from './failure.ts';
import { type Display, plainDisplay, printJson } from './print.ts';
import { type OutputFlags, watchDeployment } from './run.ts';

/** Can somebody be asked? With `--json` or in a pipe nobody can. */
const isAsking = ({ json }: OutputFlags) => !json && process.stdin.isTTY === true && process.stderr.isTTY === true;

/** Deployments that Claude starts are told between the lines of its answer, so without a picture that is drawn anew. */
export const chatDisplay = ({ json }: OutputFlags): Display =>
  json ? { show: printJson, end: () => undefined } : plainDisplay(false);

/** Prints an answer while it comes, asks what has to be asked, and waits for what was started. The first Ctrl+C stops the answer. */
export async function printAnswer(
  app: App,
  flags: OutputFlags,
  workspace: Workspace | undefined,
  ask: (control: { signal: AbortSignal; approve?: typeof approve }) => AsyncIterable<ChatEvent>,
): Promise<void> {
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt);
  const proposals: Proposal[] = [];
  for await (const event of ask({ signal: stop.signal, ...(isAsking(flags) && { approve }) })) {
    if (event.type === 'proposal') proposals.push(event.proposal);
    if (flags.json) printJson(event);
    else printEvent(event);
    process.exitCode = exitCodeAfter(event);
  }
  process.removeListener('SIGINT', interrupt);
  if (isAsking(flags)) for (const proposal of proposals) await offer(app, workspace, proposal);
  for (const deployment of app.running()) await watchDeployment(deployment, chatDisplay(flags), flags);
}

function exitCodeAfter(event: ChatEvent): number {
  if (event.type === 'failure') return exitCodeOf(event.failure);
  return event.type === 'done' && event.ending === 'stopped' ? exitCodes.cancelled : exitCodes.success;
}

/** The answer goes to stdout, everything about it to stderr. */
function printEvent(event: ChatEvent): void {
  switch (event.type) {
    case 'asked':
      note(event.context.length > 0 ? `sent along: ${event.context.map(({ label }) => label).join(', ')}` : '');
      break;
    case 'text':
      say(event.text);
      break;
    case 'tool':
      endParagraph();
      if (event.state === 'running') note(event.what);
      else if (event.state !== 'done') note(`${event.what}: ${event.state}`);
      break;
    case 'waiting':
      note(`${event.reason} Asking again in ${Math.ceil(event.seconds)} s.`);
      break;
    case 'proposal':
      printProposal(event.proposal);
      break;
    case 'usage':
      endParagraph();
      note(usageText(event.usage));
      break;
    case 'done':
      if (event.ending === 'length')
        note('The limit of tokens cut the answer off; ask to go on, or raise claudeMaxTokens.');
      break;
    case 'failure':
      printFailure(event.failure);
  }
}

let isInLine = false;

function say(text: string): void {
  process.stdout.write(harmless(text));
  isInLine = !text.endsWith('\n');
}

/** What is said before a tool is used and after it are two paragraphs. */
function endParagraph(): void {
  if (isInLine) process.stdout.write('\n');
  isInLine = false;
}

function note(text: string): void {
  if (text) process.stderr.write(`${styleText('gray', `· ${harmless(text)}`)}\n`);
}

/** What the model writes must not steer the terminal: no control character but line ends and tabs, nothing that turns the direction of text. */
function harmless(text: string): string {
  return text.replace(/[^\P{C}\n\t]/gu, '');
}

function printProposal(proposal: Proposal): void {
  note(`proposed: ${proposal.summary}`);
  const text =
    proposal.kind === 'files'
      ? proposal.files.map(({ diff }) => diff).join('\n')
      : `${proposal.project}: ${JSON.stringify(proposal.settings)}`;
  process.stderr.write(`${harmless(text)}\n`);
}

async function approve({ question }: ApprovalRequest): Promise<boolean> {
  return yes(`\n${harmless(question)}`);
}

async function offer(app: App, workspace: Workspace | undefined, proposal: Proposal): Promise<void> {
  if (!(await yes(`Apply “${harmless(proposal.summary)}”?`))) return;
  await app.applyProposal(proposal, workspace);
  note('applied');
}

/** Only an explicit yes is one. */
async function yes(question: string): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const said = await prompt.question(`${question} [y/N] `);
  prompt.close();
  return /^y(?:es)?$/i.test(said.trim());
}

/** The project's own folder, else this one; a home folder or a whole disk is not opened. */
export async function workspaceFor(project: Project | undefined): Promise<Workspace | undefined> {
  const own = project && path.isAbsolute(project.repositoryUrl) && existsSync(project.repositoryUrl);
  const folder = own ? project.repositoryUrl : process.cwd();
  const isTooMuch = folder === homedir() || folder === path.parse(folder).root;
  return isTooMuch ? undefined : openWorkspace(folder);
}

/** All that comes on stdin, or one line from a person. */
export async function questionFromInput(): Promise<string> {
  if (!process.stdin.isTTY) {
    let text = '';
    for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk;
    return text.trim();
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const said = await prompt.question('Question: ');
  prompt.close();
  return said.trim();
}
