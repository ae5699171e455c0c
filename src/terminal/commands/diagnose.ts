import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { findCauses, parseEvidence } from '../../diagnosis/evidenceInput.ts';
import { causesOfDeployment } from '../../diagnosis/failures.ts';
import type { Cause } from '../../shared/cause.ts';
import { fail, messageOf, withCauses } from '../../shared/errors.ts';
import { printCauses, printFailure } from '../failure.ts';
import { printJson } from '../print.ts';
import { withApp } from '../run.ts';

interface Flags {
  evidence?: string;
  json?: boolean;
}

const help = `
Evidence is one JSON object; every field is optional:
  stoppedReason, stopCode, containerReason, exitCode   of a stopped task and its container
  events                                               of the service: a list of texts
  log                                                  what the app wrote: a text or a list of lines
  buildLog, gitError, registryError, apiError          what those said
  port, healthPath, image, cpu, memory, cpuArchitecture   of the service; they make the sentences concrete
The answer of --json is {"causes": [{"code", "cause", "certainty", "lines", "remedy", "action", "parameters"}]},
best first, and an empty list where nothing is known. Certainty is certain, likely or possible.`;

export function addDiagnose(program: Command): void {
  program
    .command('diagnose')
    .description('why a deployment failed and what to do, by rules alone')
    .argument('[deployment]', 'its id (default: the newest)')
    .option('--evidence <file>', 'a file of evidence instead of a deployment, or - for stdin')
    .option('--json', 'print one object')
    .addHelpText('after', help)
    .action((id: string | undefined, flags: Flags) =>
      flags.evidence === undefined ? diagnoseDeployment(id, flags) : diagnoseEvidence(flags.evidence, flags),
    );
}

async function diagnoseEvidence(file: string, { json }: Flags): Promise<void> {
  const causes = findCauses(parseEvidence(await readEvidence(file)));
  if (json) return printJson({ causes });
  if (causes.length === 0) process.stdout.write('Nothing in this evidence is known.\n');
  printCauses(causes, process.stdout);
}

async function readEvidence(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  return readFile(file, 'utf8').catch((error) => {
    throw fail('EvidenceUnreadable', `the file ${file} cannot be opened`, messageOf(error));
  });
}

function diagnoseDeployment(id: string | undefined, { json }: Flags): Promise<void> {
  return withApp({}, async (app) => {
    const deployment = id ? await app.getDeployment(id) : (await app.listDeployments({ limit: 1 }))[0];
    if (!deployment) throw fail('Usage', 'There is no deployment yet.', 'Deploy something with `deployotron deploy`.');
    const causes: Cause[] = causesOfDeployment(deployment);
    if (json) return printJson({ causes });
    if (deployment.failure) printFailure(withCauses(deployment.failure, causes), { out: process.stdout });
    else process.stdout.write(`Deployment ${deployment.id.slice(0, 8)} has not failed (${deployment.status}).\n`);
  });
}
