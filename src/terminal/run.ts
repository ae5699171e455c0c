import { styleText } from 'node:util';
import { type App, createApp } from '../app.ts';
import type { RunningDeployment } from '../deploy/orchestrator.ts';
import type { Deployment } from '../shared/models.ts';
import { exitCodeOf } from './exitCodes.ts';
import { printFailure } from './failure.ts';
import { type HostFlags, type OnFailure, terminalHost } from './host.ts';
import { type Display, jsonDisplay, liveDisplay, plainDisplay } from './print.ts';
import { writeSummary } from './summary.ts';

export interface OutputFlags {
  json?: boolean;
  verbose?: boolean;
  onFailure?: OnFailure;
  summary?: string;
}

/** Runs one verb with an app, and closes it after. `shown` shows its deployments; by default what fits the flags. */
export async function withApp(
  flags: HostFlags & OutputFlags,
  work: (app: App, display: Display) => Promise<void>,
  shown?: Display,
): Promise<void> {
  const display = shown ?? (await displayFor(flags));
  const app = await createApp(terminalHost(flags), (event) => display.show(event));
  for (const notice of app.notices) process.stderr.write(`${styleText('yellow', '!')} ${notice}\n`);
  try {
    await work(app, display);
  } finally {
    display.end();
    await app.close();
  }
}

/**
 * Watches one deployment to its end and says how it ended; the exit code is that of the verdict.
 * The first Ctrl+C cancels it in good order, the second ends the program.
 */
export async function watchDeployment(
  deployment: RunningDeployment,
  display: Display,
  flags: OutputFlags,
): Promise<void> {
  const cancel = () => {
    process.once('SIGINT', () => process.exit(130));
    deployment.cancel();
  };
  process.once('SIGINT', cancel);
  process.once('SIGTERM', cancel);
  const ended = await deployment.done;
  process.removeListener('SIGINT', cancel);
  process.removeListener('SIGTERM', cancel);
  display.end();
  if (!flags.json) report(ended, flags);
  await writeSummary(ended, flags.summary ?? process.env.GITHUB_STEP_SUMMARY);
  if (ended.failure) process.exitCode = exitCodeOf(ended.failure);
}

function report(ended: Deployment, flags: OutputFlags): void {
  if (ended.failure) {
    printFailure(ended.failure, flags);
    process.stderr.write(`  The whole log: deployotron logs ${ended.id.slice(0, 8)}\n`);
    return;
  }
  process.stderr.write(`${styleText('green', '✓')} ${successLine(ended)}\n`);
  if (ended.facts.url) process.stdout.write(`${ended.facts.url}\n`);
}

function successLine({ facts, imageTag, completedAt = 0, startedAt }: Deployment): string {
  const verb = facts.operation === 'rollback' ? 'Rolled back to' : 'Deployed';
  return `${verb} ${imageTag} in ${completedAt - startedAt} s; its tasks are healthy.`;
}

/** A question on the terminal and a picture that is drawn anew all the time do not go together. */
function displayFor({ json, verbose, onFailure }: OutputFlags): Display | Promise<Display> {
  if (json) return jsonDisplay();
  return process.stderr.isTTY && !verbose && !process.env.CI && onFailure !== 'ask'
    ? liveDisplay()
    : plainDisplay(verbose ?? false);
}
