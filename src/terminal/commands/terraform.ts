import path from 'node:path';
import type { Command } from 'commander';
import { terraformFiles } from '../../infrastructure/terraform/index.ts';
import { type Balancer, httpsBalancer } from '../../infrastructure/terraform/wishes.ts';
import { fail } from '../../shared/errors.ts';
import { type Environment, environments } from '../../shared/models.ts';
import { folderProject } from '../folderProject.ts';
import { generateInto } from '../generate.ts';
import { list, type ProjectFlags, withProjectFlags } from '../options.ts';
import { withApp } from '../run.ts';

interface Flags extends ProjectFlags {
  project?: string;
  out?: string;
  loadBalancer?: boolean;
  https?: string;
  hostedZone?: string;
  environments?: Environment[];
  adopt?: boolean;
  express?: boolean;
  force?: boolean;
}

export function addTerraform(program: Command): void {
  withProjectFlags(program.command('terraform'))
    .description('write a Terraform module for the service, which leaves image and revision to the deployments')
    .argument('[dir]', 'the folder of the app', '.')
    .option('--project <name>', 'name of the project (default: that of the folder)')
    .option('--out <folder>', 'where the files go (default: infra in the folder of the app)')
    .option('--load-balancer', 'with an application load balancer')
    .option('--https <certificate or domain>', 'HTTPS, by the ARN of a certificate or for a domain in Route 53')
    .option('--hosted-zone <name>', 'hosted zone of that domain (default: the domain without its first part)')
    .option('--environments <names>', 'a file of values for each: dev, staging, production', environmentList)
    .option('--adopt', 'take over what exists in AWS, by import blocks')
    .option('--express', 'as one service of ECS Express Mode')
    .option('--force', 'overwrite files that were edited')
    .action((dir: string, flags: Flags) =>
      withApp(flags, async (app) => {
        const project = await folderProject(app, dir, flags);
        const plan = await app.planService(project, dir);
        const files = terraformFiles(plan, {
          environments: flags.environments ?? [project.environment],
          balancer: balancerOf(flags),
          express: flags.express ?? false,
          adopted: flags.adopt ? await app.existing(project) : undefined,
        });
        const folder = path.resolve(flags.out ?? path.join(dir, 'infra'));
        await generateInto({ folder, memory: '.deployotron.json' }, files, flags);
      }),
    );
}

/** `dev` is what most call it. */
function environmentList(text: string): Environment[] {
  const names = list(text).map((name) => environments.find((each) => each.startsWith(name)) ?? name);
  const unknown = names.find((name) => !environments.some((each) => each === name));
  if (unknown !== undefined || names.length === 0) {
    throw fail('InvalidOption', '--environments', text, `some of ${environments.join(', ')}, with commas`);
  }
  return [...new Set(names as Environment[])];
}

function balancerOf({ loadBalancer, https, hostedZone }: Flags): Balancer | undefined {
  if (https !== undefined) return httpsBalancer(https, hostedZone);
  return loadBalancer ? { https: undefined } : undefined;
}
