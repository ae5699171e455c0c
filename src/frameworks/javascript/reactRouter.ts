import type { Framework } from '../framework.ts';
import { configNames, dependsOn, firstOf, readProject, settingIn } from './project.ts';
import { serverPlan } from './server.ts';
import { sitePlan } from './site.ts';

const kind = { kind: 'react-router', framework: 'react' } as const;

/** React Router as a framework, and Remix, which it was before; a library alone makes an ordinary React app. */
export const reactRouter: Framework = {
  id: 'react-router',
  async detect(source, wishes) {
    const project = await readProject(source);
    const tool = project && firstOf(project, ['@react-router/dev', '@remix-run/dev']);
    if (!project || !tool) return undefined;
    const isRemix = tool === '@remix-run/dev';
    const label = isRemix ? 'Remix' : 'React Router';
    const build = isRemix ? 'remix vite:build' : 'react-router build';
    const configs = [...configNames('react-router.config'), ...configNames('vite.config')];
    const spa = await settingIn(source, configs, /\bssr\s*:\s*(false)\b/);
    const evidence = [dependsOn(project, tool), ...(spa ? [spa.evidence] : [])];
    if (spa && !wishes.startCommand) {
      const facts = { ...kind, label: `${label}, single page`, evidence, build, output: 'build/client' };
      return sitePlan(project, { ...facts, fallback: 'index.html', immutable: '/assets/' }, wishes);
    }
    const serve = isRemix ? 'remix-serve' : 'react-router-serve';
    const facts = { ...kind, label, evidence, build, startFallback: `${serve} ./build/server/index.js` };
    return serverPlan(project, { ...facts, healthPath: '/', ignored: ['**/build', '**/.react-router'] }, wishes);
  },
};
