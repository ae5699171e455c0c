import { type Command, InvalidArgumentError } from 'commander';
import type { App } from '../../app.ts';
import {
  type Assumptions,
  defaultAssumptions,
  differenceInWords,
  dollars,
  type Estimate,
} from '../../infrastructure/cost/estimate.ts';
import type { ActualCosts } from '../../services/costExplorer.ts';
import { toFailure } from '../../shared/errors.ts';
import type { Project } from '../../shared/models.ts';
import { sizeChange, unpriced } from '../cost.ts';
import { type ProjectFlags, withAwsFlags, withSizeFlags } from '../options.ts';
import { line, printJson, printRows } from '../print.ts';
import { withApp } from '../run.ts';
import { theProject } from '../theProject.ts';

interface Flags extends ProjectFlags {
  all?: boolean;
  actual?: boolean;
  logGb?: number;
  nat?: number;
  json?: boolean;
}

export function addCost(program: Command): void {
  withSizeFlags(withAwsFlags(program.command('cost')))
    .description('what a project costs a month, as it runs and with another size')
    .argument('[project]', 'name of the project (default: that of this folder)')
    .option('--all', 'every project, with a sum for each environment')
    .option('--actual', 'what it really cost, by Cost Explorer, which bills each question with $0.01')
    .option('--log-gb <number>', 'GB of logs a month (default: 1)', amount)
    .option('--nat <number>', 'NAT gateways that are there for it (default: 0)', amount)
    .option('--json', 'print one object a line')
    .action((name: string | undefined, flags: Flags) =>
      withApp(flags, async (app) => {
        const assumed = {
          logsTakenIn: flags.logGb ?? defaultAssumptions.logsTakenIn,
          natGateways: flags.nat ?? defaultAssumptions.natGateways,
        };
        if (flags.all) await tellAll(app, assumed, flags);
        else await tellOne(app, await theProject(app, name), assumed, flags);
      }),
    );
}

async function tellOne(app: App, project: Project, assumed: Assumptions, flags: Flags): Promise<void> {
  const change = sizeChange(flags);
  const { region, now, changed } = await app.costOf(project, change, assumed);
  const actual = flags.actual ? await askActual(app, project) : undefined;
  const { name, environment } = project;
  if (flags.json) return printJson({ project: name, environment, region, now, changed, actual });
  if (now && changed) {
    printEstimate(`${name} (${environment}), ${region}`, now);
    if (Object.keys(change).length > 0) process.stdout.write(`\n${differenceInWords(now, changed)}.\n`);
    for (const remark of now.remarks) line(`  ${remark}`);
    line(`  Prices of ${region} as of ${now.asOf}, in US dollars, on demand and without taxes.`);
  } else line(unpriced(region));
  if (actual) printActual(actual);
}

async function tellAll(app: App, assumed: Assumptions, { json }: Flags): Promise<void> {
  const projects = await app.listProjects();
  const estimates = await Promise.all(projects.map((project) => estimateOf(app, project, assumed)));
  if (json) return estimates.forEach(printJson);
  printRows(
    estimates.map(({ project, environment, region, total, problem }) => ({
      project,
      environment,
      region,
      'a month': total === undefined ? problem : dollars(total),
    })),
    'No project yet. Deploy one with `deployotron deploy`.',
  );
  for (const environment of new Set(estimates.map((each) => each.environment))) {
    const known = estimates.filter((each) => each.environment === environment && each.total !== undefined);
    const sum = known.reduce((total, each) => total + (each.total ?? 0), 0);
    if (known.length > 0) process.stdout.write(`${environment}: ${dollars(sum)}\n`);
  }
}

async function estimateOf(app: App, project: Project, assumed: Assumptions) {
  const { name, environment } = project;
  try {
    const { region, now } = await app.costOf(project, {}, assumed);
    return { project: name, environment, region, total: now?.total, problem: now ? '' : 'prices not known' };
  } catch (error) {
    return { project: name, environment, region: '', total: undefined, problem: toFailure(error).message };
  }
}

/** An account that does not allow it is told, and takes nothing from the estimate. */
async function askActual(app: App, project: Project): Promise<ActualCosts> {
  return app.actualCosts(project).catch((error) => {
    const { message, remedy } = toFailure(error);
    return { why: `${message} ${remedy.text}` };
  });
}

function printEstimate(title: string, { lines, total }: Estimate): void {
  process.stdout.write(`${title}: about ${dollars(total)} a month\n`);
  printRows(
    lines.map(({ what, amount: much, monthly }) => ({ what, amount: much, 'a month': dollars(monthly) })),
    'Nothing that costs.',
  );
}

function printActual(actual: ActualCosts): void {
  if ('why' in actual) line(`  ${actual.why}`);
  else
    for (const { month, total, currency, services } of actual.months) {
      process.stdout.write(`\n${month}, billed: ${total.toFixed(2)} ${currency}\n`);
      for (const { name, amount: cost } of services) process.stdout.write(`  ${name}  ${cost.toFixed(2)}\n`);
    }
}

function amount(text: string): number {
  const value = Number(text);
  if (/^\d+(?:\.\d+)?$/.test(text) && value <= 1e9) return value;
  throw new InvalidArgumentError('It must be a number.');
}
