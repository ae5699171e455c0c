import type { FrameworkType } from '../../shared/models.ts';
import type { SourceTree } from '../framework.ts';
import { configNames, firstFile } from './project.ts';

interface Kind {
  kind: string;
  label: string;
  framework?: FrameworkType;
}

/** In one workspace the dependencies are those of all apps, so what an app imports tells its kind. */
const views: readonly [imported: RegExp, kind: Kind][] = [
  [
    /['"](?:react|react-dom\/\w+|@vitejs\/plugin-react(?:-swc)?|@nx\/react)['"/]/,
    { kind: 'react', label: 'React', framework: 'react' },
  ],
  [/['"](?:vue|@vitejs\/plugin-vue)['"/]/, { kind: 'vue', label: 'Vue', framework: 'vue' }],
  [/['"](?:svelte|@sveltejs\/vite-plugin-svelte)['"/]/, { kind: 'svelte', label: 'Svelte' }],
  [/['"](?:solid-js|vite-plugin-solid)['"/]/, { kind: 'solid', label: 'Solid' }],
];
const servers: readonly [imported: RegExp, kind: Kind][] = [
  [/['"]@nestjs\/core['"]/, { kind: 'nestjs', label: 'NestJS' }],
  [/['"]fastify['"]/, { kind: 'fastify', label: 'Fastify' }],
  [/['"]koa['"]/, { kind: 'koa', label: 'Koa' }],
  [/['"]hono['"/]/, { kind: 'hono', label: 'Hono' }],
  [/['"]express['"]/, { kind: 'express', label: 'Express' }],
];

export const importedKinds = [...views, ...servers].map(([, { kind }]) => kind);

const entries = ['src/main.tsx', 'src/main.ts', 'src/main.jsx', 'src/main.js', 'src/index.tsx', 'src/index.ts'];

export async function viewKind(source: SourceTree): Promise<Kind> {
  const config = await firstFile(source, configNames('vite.config'));
  const entry = await firstFile(source, entries);
  const text = `${config?.text}\n${entry?.text}`;
  return views.find(([imported]) => imported.test(text))?.[1] ?? { kind: 'vite', label: 'Front end' };
}

export async function serverKind(source: SourceTree): Promise<Kind> {
  const text = (await firstFile(source, entries))?.text ?? '';
  return servers.find(([imported]) => imported.test(text))?.[1] ?? { kind: 'node', label: 'Node' };
}
