import type { Framework } from '../framework.ts';
import { dependsOn, firstOf, readProject } from './project.ts';
import { serverPlan } from './server.ts';
import { sitePlan } from './site.ts';

/** Qwik: with an adapter of Qwik City it is a server or a set of pages, else a single-page app. */
export const qwik: Framework = {
  id: 'qwik',
  async detect(source, wishes) {
    const project = await readProject(source);
    const dependency = project && firstOf(project, ['@builder.io/qwik', '@qwik.dev/core']);
    if (!project || !dependency) return undefined;
    const adapter = (await source.files())
      .map((file) => /^adapters\/([\w-]+)\/vite\.config\.\w+$/.exec(file))
      .find(Boolean);
    const evidence = [
      dependsOn(project, dependency),
      ...(adapter ? [{ file: adapter[0], says: `the adapter ${adapter[1]}` }] : []),
    ];
    const facts = { kind: 'qwik', framework: 'node' as const, evidence, build: 'vite build' };
    if ((!adapter || adapter[1] === 'static') && !wishes.startCommand) {
      const page = adapter ? {} : { fallback: 'index.html' };
      return sitePlan(project, { ...facts, label: 'Qwik', output: 'dist', immutable: '/build/', ...page }, wishes);
    }
    // The script that Qwik's own tool writes with an adapter; its `start` is the server for development.
    const { serve } = project.manifest.scripts;
    const start = serve ?? `node server/entry.${adapter?.[1] ?? 'express'}`;
    return serverPlan(
      project,
      { ...facts, label: 'Qwik', start, healthPath: '/', ignored: ['**/dist', '**/server'] },
      wishes,
    );
  },
};
