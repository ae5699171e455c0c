import type { EvidenceItem, Framework } from '../framework.ts';
import { configNames, dependsOn, has, isMember, type Project, readProject, settingIn } from './project.ts';
import { type ServerFacts, serverPlan } from './server.ts';
import { sitePlan } from './site.ts';

const kind = {
  kind: 'nextjs',
  framework: 'nextjs',
  build: 'next build',
  buildEnv: ['NEXT_TELEMETRY_DISABLED=1'],
} as const;

/** Next.js: a server of its own, a standalone one that brings what it needs, or plain files. */
export const nextjs: Framework = {
  id: 'nextjs',
  async detect(source, wishes) {
    const project = await readProject(source);
    if (!project || !has(project, 'next')) return undefined;
    const files = configNames('next.config');
    const output = await settingIn(source, files, /\boutput\s*:\s*['"`](export|standalone)['"`]/);
    const folder = await settingIn(source, files, /\bdistDir\s*:\s*['"`](\w[\w./-]*)['"`]/);
    const evidence = [dependsOn(project, 'next'), ...(await router(project)), ...(output ? [output.evidence] : [])];
    if (output?.value === 'export' && !wishes.startCommand) {
      const facts = { ...kind, label: 'Next.js export', evidence, output: folder?.value ?? 'out' };
      return sitePlan(project, { ...facts, immutable: '/_next/static/' }, wishes);
    }
    const out = folder?.value ?? '.next';
    const server = { ...kind, label: 'Next.js', evidence, ignored: [`**/${out}`], ...(await health(project)) };
    if (output?.value === 'standalone')
      return serverPlan(project, { ...server, ...(await standalone(project, out)) }, wishes);
    return serverPlan(project, { ...server, startFallback: 'next start' }, wishes);
  },
};

async function router({ source }: Project): Promise<EvidenceItem[]> {
  const files = await source.files();
  const page = files.find((file) => /^(?:src\/)?(?:app\/(?:.*\/)?page|pages\/(?:.*\/)?index)\.[jt]sx?$/.test(file));
  if (!page) return [];
  return [
    { file: page, says: /^(?:src\/)?app\//.test(page) ? 'a page of the app router' : 'a page of the pages router' },
  ];
}

/** A route of the app that is there to be asked. */
async function health({ source }: Project): Promise<Pick<ServerFacts, 'healthPath'>> {
  const route = /^(?:src\/)?(?:app|pages)(\/api\/(?:health|healthz))(?:\/(?:route|index))?\.[jt]s$/;
  const path = (await source.files()).map((file) => route.exec(file)?.[1]).find(Boolean);
  return { healthPath: path ?? '/' };
}

/** The server stands where the app stands in its workspace, and binds to HOSTNAME, which Docker sets to the container's name. */
async function standalone(project: Project, out: string): Promise<Partial<ServerFacts>> {
  const { source } = project;
  const prefix = isMember(project) ? `${source.folder}/` : '';
  const hasPublic = (await source.files()).some((file) => file.startsWith('public/'));
  return {
    start: `node ${prefix}server.js`,
    runEnv: ['HOSTNAME=0.0.0.0'],
    output: [
      [`${out}/standalone/`, ''],
      [`${out}/static/`, `${prefix}${out}/static/`],
      ...(hasPublic ? [['public/', `${prefix}public/`] as const] : []),
    ],
  };
}
