import { Command, CommanderError } from 'commander';
import { toFailure } from './shared/errors.ts';
import { addAnalyze } from './terminal/commands/analyze.ts';
import { addAsk } from './terminal/commands/ask.ts';
import { addCi } from './terminal/commands/ci.ts';
import { addCost } from './terminal/commands/cost.ts';
import { addCredentials } from './terminal/commands/credentials.ts';
import { addDeploy } from './terminal/commands/deploy.ts';
import { addDiagnose } from './terminal/commands/diagnose.ts';
import { addDoctor } from './terminal/commands/doctor.ts';
import { addExport } from './terminal/commands/export.ts';
import { addHistory } from './terminal/commands/history.ts';
import { addInspect } from './terminal/commands/inspect.ts';
import { addLogs } from './terminal/commands/logs.ts';
import { addMetrics } from './terminal/commands/metrics.ts';
import { addProjects } from './terminal/commands/projects.ts';
import { addRollback } from './terminal/commands/rollback.ts';
import { addSandbox } from './terminal/commands/sandbox.ts';
import { addStatus } from './terminal/commands/status.ts';
import { addTerraform } from './terminal/commands/terraform.ts';
import { addTimeline } from './terminal/commands/timeline.ts';
import { exitCodeOf, exitCodes } from './terminal/exitCodes.ts';
import { printFailure } from './terminal/failure.ts';
import { printJson } from './terminal/print.ts';
import { writeFailureSummary } from './terminal/summary.ts';

declare const DEPLOYOTRON_VERSION: string | undefined;

async function main(): Promise<void> {
  const program = new Command('deployotron')
    .description('From a folder or a git repository to a running, healthy service on AWS ECS.')
    .version(typeof DEPLOYOTRON_VERSION === 'string' ? DEPLOYOTRON_VERSION : '0.0.0')
    .exitOverride()
    .showHelpAfterError('(add --help for what is possible)');
  for (const add of [
    addDeploy,
    addRollback,
    addStatus,
    addLogs,
    addDiagnose,
    addHistory,
    addTimeline,
    addMetrics,
    addExport,
    addProjects,
    addInspect,
    addTerraform,
    addCi,
    addCost,
    addCredentials,
    addSandbox,
    addAsk,
    addAnalyze,
    addDoctor,
  ]) {
    add(program);
  }
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = await end(error);
  }
}

/** Commander has said its own mistakes by now; all others are said here. */
async function end(error: unknown): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
  const failure = toFailure(error);
  if (process.argv.includes('--json')) printJson({ type: 'failure', failure });
  else printFailure(failure);
  await writeFailureSummary(failure, process.env.GITHUB_STEP_SUMMARY);
  return exitCodeOf(failure);
}

// A reader that has seen enough, such as `head`, ends no deployment; the words go nowhere then.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

void main();
