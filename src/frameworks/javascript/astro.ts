import type { Framework } from '../framework.ts';
import { configNames, dependsOn, has, readProject, settingIn } from './project.ts';
import { serverPlan } from './server.ts';
import { sitePlan } from './site.ts';

const kind = {
  kind: 'astro',
  framework: 'node',
  build: 'astro build',
  buildEnv: ['ASTRO_TELEMETRY_DISABLED=1'],
} as const;

/** Astro: plain files, or a server with the adapter for Node. */
export const astro: Framework = {
  id: 'astro',
  async detect(source, wishes) {
    const project = await readProject(source);
    if (!project || !has(project, 'astro')) return undefined;
    const configs = configNames('astro.config');
    const out = await settingIn(source, configs, /\boutDir\s*:\s*['"`](?:\.\/)?(\w[\w./-]*?)\/?['"`]/);
    const folder = out?.value ?? 'dist';
    const node = has(project, '@astrojs/node') ? await settingIn(source, configs, /(@astrojs\/node)/) : undefined;
    const evidence = [dependsOn(project, 'astro'), ...(node ? [node.evidence] : [])];
    if (!node && !wishes.startCommand) {
      const facts = { ...kind, label: 'Astro', evidence, output: folder, immutable: '/_astro/' };
      return sitePlan(project, facts, wishes);
    }
    const isMiddleware = await settingIn(source, configs, /\bmode\s*:\s*['"`](middleware)['"`]/);
    const start = isMiddleware ? {} : { start: `node ./${folder}/server/entry.mjs` };
    const facts = {
      ...kind,
      label: 'Astro',
      evidence,
      healthPath: '/',
      port: 4321,
      ignored: [`**/${folder}`],
      ...start,
    };
    return serverPlan(project, facts, wishes);
  },
};
