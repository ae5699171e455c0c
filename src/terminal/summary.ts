import { appendFile } from 'node:fs/promises';
import { type Failure, messageOf } from '../shared/errors.ts';
import { failureCard, inWords } from '../shared/failureCard.ts';
import type { Deployment } from '../shared/models.ts';
import { span } from './deploymentRow.ts';
import { line } from './print.ts';

/** Adds how a deployment ended to a file, such as the summary of a pipeline's step. */
export async function writeSummary(ended: Deployment, file: string | undefined): Promise<void> {
  if (file) await add(summaryOf(ended), file);
}

/** The same for what failed before there was a deployment. */
export async function writeFailureSummary(failure: Failure, file: string | undefined): Promise<void> {
  if (file) await add(['### ❌ Failed', ...card(failure), ''].join('\n\n'), file);
}

/** That this fails turns no success into a failure. */
async function add(text: string, file: string): Promise<void> {
  await appendFile(file, text).catch((error) => line(`The summary could not be written: ${messageOf(error)}`));
}

/** How a deployment ended, in Markdown as GitHub shows it. Pure; what comes from outside is text in it, never markup. */
export function summaryOf(ended: Deployment): string {
  const { facts, failure, status } = ended;
  const verb = facts.operation === 'rollback' ? 'Rollback' : 'Deployment';
  const rows: [string, string][] = [
    ['Commit', [ended.commitSha.slice(0, 7), ended.commitMessage].filter(Boolean).join(' ')],
    ['Image', ended.imageTag],
    ['Task definition', facts.taskDefinitionArn?.split('/').pop() ?? ''],
    ['Took', span((ended.completedAt ?? ended.startedAt) - ended.startedAt)],
    ['Deployment', ended.id],
    ['Address', facts.url ?? ''],
  ];
  const table = rows.filter(([, value]) => value !== '').map(([name, value]) => `| ${name} | ${cell(value)} |`);
  return [
    `### ${failure ? '❌' : '✅'} ${verb}: ${status}`,
    ...(failure ? card(failure) : []),
    ['| | |', '|--|--|', ...table].join('\n'),
    '',
  ].join('\n\n');
}

const shownLines = 50;

function card(failure: Failure): string[] {
  const { title, cause, facts, lines, remedy, others } = failureCard(failure);
  return [
    `**${cell(title)}**`,
    ...(cause ? [cell(cause)] : []),
    ...(facts.length > 0 ? [facts.map(({ label, text }) => `- ${label}: ${cell(text)}`).join('\n')] : []),
    ...(lines.length > 0 ? [fenced(lines.slice(-shownLines))] : []),
    `→ ${cell(remedy.text)}`,
    ...(others.length > 0 ? [others.map((other) => `- Seen as well: ${cell(inWords(other))}`).join('\n')] : []),
  ];
}

/** Text on one line in which nothing is markup: by character references, which stay text wherever they stand. */
function cell(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[&<>"'`*_~#|\\[\]()!:@$-]/g, (found) => `&#${found.codePointAt(0)};`);
}

/** A block that no line in it can end. */
function fenced(lines: readonly string[]): string {
  const clean = lines.map((line) => line.replace(/(?!\t)[\p{Cc}\p{Cf}]/gu, ''));
  const longest = Math.max(2, ...clean.flatMap((line) => line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...clean, fence].join('\n');
}
