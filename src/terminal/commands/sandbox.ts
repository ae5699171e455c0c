import path from 'node:path';
import type { Command } from 'commander';
import { sandboxStatus, serveSandbox, startSandbox, stopSandbox } from '../../sandbox/process.ts';
import { fail } from '../../shared/errors.ts';
import { terminalHost } from '../host.ts';
import { printJson } from '../print.ts';

const defaultPort = 4577;

interface Flags {
  port: string;
  json?: boolean;
}

export function addSandbox(program: Command): void {
  const sandbox = program.command('sandbox').description('a small AWS on your own Docker');

  sandbox
    .command('start')
    .description('start it, or find the one that runs')
    .option('--port <number>', 'port on this computer', String(defaultPort))
    .option('--json', 'print one object')
    .action(async (flags: Flags) => {
      const { endpoint, pid } = await startSandbox({ stateDir: stateDir(), port: portOf(flags), spawn: ourselves() });
      if (flags.json) return printJson({ endpoint, pid });
      process.stderr.write(`The sandbox runs (process ${pid}). Deploy to it with --endpoint ${endpoint}\n`);
      process.stdout.write(`${endpoint}\n`);
    });

  sandbox
    .command('stop')
    .description('end it and remove everything that it made')
    .action(async () => {
      const stopped = await stopSandbox({ stateDir: stateDir() });
      process.stderr.write(stopped ? 'The sandbox is gone; nothing is left of it.\n' : 'No sandbox was running.\n');
    });

  sandbox
    .command('status')
    .description('whether it runs, and what runs in it')
    .option('--json', 'print one object')
    .action(async (flags: Flags) => {
      const status = await sandboxStatus({ stateDir: stateDir() });
      if (flags.json) return printJson(status);
      if (!status.running) throw fail('SandboxNotRunning');
      process.stdout.write(`${status.endpoint} (process ${status.pid})\n`);
    });

  sandbox
    .command('serve', { hidden: true })
    .option('--port <number>', 'port on this computer', String(defaultPort))
    .action((flags: Flags) => serveSandbox({ stateDir: stateDir(), port: portOf(flags) }));
}

function stateDir(): string {
  return path.join(terminalHost({}).storageDir, 'sandbox');
}

function portOf({ port }: Flags): number {
  const value = Number(port);
  if (/^\d+$/.test(port) && value < 65_536) return value;
  throw fail('InvalidOption', '--port', port, 'a whole number up to 65535');
}

/** The sandbox is this same program in a process of its own. */
function ourselves(): { execPath: string; args: string[] } {
  return { execPath: process.execPath, args: [process.argv[1] ?? '', 'sandbox', 'serve'] };
}
