import type { Framework } from '../framework.ts';
import { configNames, dependsOn, has, readProject, settingIn } from './project.ts';
import { serverPlan } from './server.ts';
import { sitePlan } from './site.ts';

const kind = { kind: 'nuxt', framework: 'vue', buildEnv: ['NUXT_TELEMETRY_DISABLED=1'] } as const;

/** Nuxt: Nitro's server, which brings all that it needs, or plain files; Nuxt 2 runs from its sources. */
export const nuxt: Framework = {
  id: 'nuxt',
  async detect(source, wishes) {
    const project = await readProject(source);
    if (!project || !has(project, 'nuxt')) return undefined;
    const evidence = [dependsOn(project, 'nuxt')];
    const { scripts, dependencies, devDependencies } = project.manifest;
    const isSecond = /^[\^~]?2\./.test(dependencies.nuxt ?? devDependencies.nuxt ?? '');
    const preset = await settingIn(source, configNames('nuxt.config'), /\bpreset\s*:\s*['"`](static)['"`]/);
    const isGenerated = preset !== undefined || /\b(?:nuxt|nuxi) generate\b/.test(scripts.build ?? '');
    if (isGenerated && !wishes.startCommand) {
      const output = isSecond ? 'dist' : '.output/public';
      const all = [...evidence, ...(preset ? [preset.evidence] : [])];
      const facts = { ...kind, label: 'Nuxt, generated', evidence: all, build: 'nuxt generate', output };
      return sitePlan(project, { ...facts, fallback: '200.html', immutable: '/_nuxt/' }, wishes);
    }
    const server = { ...kind, label: 'Nuxt', evidence, build: 'nuxt build', healthPath: '/' };
    if (isSecond) return serverPlan(project, { ...server, startFallback: 'nuxt start' }, wishes);
    return serverPlan(
      project,
      {
        ...server,
        // The setting may name a cloud; this variable wins over it.
        buildEnv: [...kind.buildEnv, 'NITRO_PRESET=node-server'],
        start: 'node .output/server/index.mjs',
        output: [['.output/', '.output/']],
        ignored: ['**/.output', '**/.nuxt'],
      },
      wishes,
    );
  },
};
