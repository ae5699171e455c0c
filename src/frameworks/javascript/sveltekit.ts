import { fail } from '../../shared/errors.ts';
import type { Framework } from '../framework.ts';
import { configNames, dependsOn, firstOf, has, readProject, settingIn } from './project.ts';
import { serverPlan } from './server.ts';
import { sitePlan } from './site.ts';

const kind = { kind: 'sveltekit', framework: 'node', build: 'vite build' } as const;
const configs = [...configNames('svelte.config'), ...configNames('vite.config')];

/** SvelteKit: its adapter says what the build leaves. Throws NoStartCommand for one that leaves no server. */
export const sveltekit: Framework = {
  id: 'sveltekit',
  async detect(source, wishes) {
    const project = await readProject(source);
    if (!project || !has(project, '@sveltejs/kit')) return undefined;
    const adapter = firstOf(project, ['@sveltejs/adapter-node', '@sveltejs/adapter-static', '@sveltejs/adapter-auto']);
    const other = Object.keys(project.manifest.devDependencies).find((name) => name.startsWith('@sveltejs/adapter-'));
    if (!adapter && other && !wishes.startCommand) {
      throw fail('NoStartCommand', `package.json, which names ${other} and not adapter-node or adapter-static`);
    }
    const evidence = [dependsOn(project, '@sveltejs/kit'), ...(adapter ? [dependsOn(project, adapter)] : [])];
    if (adapter === '@sveltejs/adapter-static' && !wishes.startCommand) {
      const pages = await settingIn(source, configs, /\bpages\s*:\s*['"`](\w[\w./-]*)['"`]/);
      const fallback = await settingIn(source, configs, /\bfallback\s*:\s*['"`](\w[\w.-]*)['"`]/);
      const facts = { ...kind, label: 'SvelteKit, static', evidence, output: pages?.value ?? 'build' };
      const page = fallback ? { fallback: fallback.value } : {};
      return sitePlan(project, { ...facts, ...page, immutable: '/_app/immutable/' }, wishes);
    }
    const out = await settingIn(source, configs, /\bout\s*:\s*['"`](\w[\w./-]*)['"`]/);
    const folder = out?.value ?? 'build';
    const server = {
      ...kind,
      label: 'SvelteKit',
      evidence,
      healthPath: '/',
      ignored: ['**/.svelte-kit', `**/${folder}`],
    };
    const start = { start: `node ${folder}` };
    if (adapter !== '@sveltejs/adapter-auto') return serverPlan(project, { ...server, ...start }, wishes);
    return serverPlan(
      project,
      {
        ...server,
        ...start,
        // adapter-auto takes adapter-node, and fetches it, where this variable says that it builds for Google's buildpacks.
        buildEnv: ['GCP_BUILDPACKS=true'],
        warnings: [
          'adapter-auto does not know containers, so adapter-node is fetched in the build; name it in svelte.config.js to pin it.',
        ],
      },
      wishes,
    );
  },
};
