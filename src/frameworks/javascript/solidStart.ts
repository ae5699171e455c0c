import type { Framework } from '../framework.ts';
import { dependsOn, has, readProject } from './project.ts';
import { serverPlan } from './server.ts';

/** SolidStart: Nitro's server, which brings all that it needs. */
export const solidStart: Framework = {
  id: 'solidstart',
  async detect(source, wishes) {
    const project = await readProject(source);
    if (!project || !has(project, '@solidjs/start')) return undefined;
    const build = has(project, 'vinxi') ? 'vinxi build' : 'vite build';
    return serverPlan(
      project,
      {
        kind: 'solidstart',
        label: 'SolidStart',
        evidence: [dependsOn(project, '@solidjs/start')],
        build,
        buildEnv: ['NITRO_PRESET=node-server'],
        start: 'node .output/server/index.mjs',
        healthPath: '/',
        output: [['.output/', '.output/']],
        ignored: ['**/.output', '**/.vinxi'],
      },
      wishes,
    );
  },
};
