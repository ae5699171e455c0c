import path from 'node:path';
import type { Command } from 'commander';
import { ciFiles } from '../../infrastructure/ci/index.ts';
import { fail } from '../../shared/errors.ts';
import { folderProject } from '../folderProject.ts';
import { generateInto } from '../generate.ts';
import { type ProjectFlags, withProjectFlags } from '../options.ts';
import { withApp } from '../run.ts';

declare const DEPLOYOTRON_PACKAGE: string | undefined;

interface Flags extends ProjectFlags {
  project?: string;
  github?: string;
  account?: string;
  roleArn?: string;
  package?: string;
  force?: boolean;
}

export function addCi(program: Command): void {
  withProjectFlags(program.command('ci'))
    .description('write a GitHub Actions workflow that deploys, and the role that it takes in AWS')
    .argument('[dir]', 'the folder of the app, the root of its repository', '.')
    .option('--project <name>', 'name of the project (default: that of the folder)')
    .option('--github <owner/name>', 'the repository on GitHub (default: that of the git remote)')
    .option('--account <number>', 'AWS account (default: that of --role-arn)')
    .option('--role-arn <arn>', 'role that the workflow takes (default: the variable AWS_ROLE_ARN of the repository)')
    .option('--package <address>', 'tarball from which the workflow installs Deployotron, with its version')
    .option('--force', 'overwrite files that were edited')
    .action((dir: string, flags: Flags) =>
      withApp(flags, async (app) => {
        checkFlags(flags);
        const project = await folderProject(app, dir, flags);
        const plan = await app.planPipeline(project, dir);
        const files = ciFiles({
          ...plan,
          github: flags.github ?? plan.github,
          account: flags.account ?? flags.roleArn?.split(':')[4] ?? '',
          roleArn: flags.roleArn ?? '',
          package: flags.package ?? ownPackage,
        });
        const target = { folder: path.resolve(dir), memory: '.github/deployotron/generated.json' };
        await generateInto(target, files, flags);
      }),
    );
}

/** Where the releases of this very version lie; empty as long as package.json names no repository. */
const ownPackage = typeof DEPLOYOTRON_PACKAGE === 'string' ? DEPLOYOTRON_PACKAGE : '';

/** @throws DeployError InvalidOption */
function checkFlags({ github, account, roleArn }: Flags): void {
  const rules: [flag: string, value: string | undefined, form: RegExp, rule: string][] = [
    ['--github', github, /^[\w.-]+(?:@\d+)?\/[\w.-]+(?:@\d+)?$/, 'it looks like owner/name, or owner@123/name@456'],
    ['--account', account, /^\d{12}$/, 'an account has twelve digits'],
    [
      '--role-arn',
      roleArn,
      /^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
      'it looks like arn:aws:iam::123456789012:role/name',
    ],
  ];
  for (const [flag, value, form, rule] of rules) {
    if (value !== undefined && !form.test(value)) throw fail('InvalidOption', flag, value, rule);
  }
}
