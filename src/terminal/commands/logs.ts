import type { Command } from 'commander';
import { fail } from '../../shared/errors.ts';
import { withApp } from '../run.ts';

interface Flags {
  follow?: boolean;
  json?: boolean;
}

export function addLogs(program: Command): void {
  program
    .command('logs')
    .description('the log of a deployment')
    .argument('[deployment]', 'its id (default: the newest)')
    .option('-f, --follow', 'go on while it runs')
    .option('--json', 'print one object a line')
    .action((id: string | undefined, flags: Flags) =>
      withApp({}, async (app) => {
        const deployment = id ? await app.getDeployment(id) : (await app.listDeployments({ limit: 1 }))[0];
        if (!deployment)
          throw fail('Usage', 'There is no deployment yet.', 'Deploy something with `deployotron deploy`.');
        const stop = new AbortController();
        process.once('SIGINT', () => stop.abort());
        const lines = flags.follow ? app.followLog(deployment.id, stop.signal) : app.readLog(deployment.id);
        for await (const line of lines) {
          process.stdout.write(`${flags.json ? JSON.stringify({ line }) : line}\n`);
        }
      }),
    );
}
