import type { Command } from 'commander';
import { credentialsStatus } from '../../credentials.ts';
import { terminalHost } from '../host.ts';
import { type ProjectFlags, withAwsFlags } from '../options.ts';
import { printJson, printRows } from '../print.ts';

export function addCredentials(program: Command): void {
  const credentials = program.command('credentials').description('which credentials are there; never their values');

  withAwsFlags(credentials.command('status', { isDefault: true }))
    .description('as whom AWS knows you, and which tokens are stored')
    .option('--json', 'print one object')
    .action(async (flags: ProjectFlags & { json?: boolean }) => {
      const status = await credentialsStatus(terminalHost(flags));
      if (flags.json) return printJson(status);
      printRows(
        [
          {
            what: 'AWS',
            state: status.aws.account ? `account ${status.aws.account}, ${status.aws.identity}` : status.aws.problem,
          },
          { what: 'region', state: status.aws.region },
          { what: 'git token', state: status.git.length > 0 ? `stored for ${status.git.join(', ')}` : 'none' },
          { what: 'Claude API key', state: status.claude ? 'present' : 'none' },
        ],
        '',
      );
    });
}
