import type { SourceTree } from '../framework.ts';
import { type AppObject, findFlask, findObject } from './appObject.ts';

type Server = 'gunicorn' | 'uvicorn';
/** What is added where the project does not name its server. */
export const serverVersions: Record<Server, string> = { gunicorn: 'gunicorn~=23.0', uvicorn: 'uvicorn~=0.35' };

export interface Library {
  dependency: string;
  kind: string;
  label: string;
  server: Server;
  find(source: SourceTree): Promise<AppObject | undefined>;
}

const made = (name: string) => new RegExp(`^(\\w+)\\s*(?::\\s*[\\w.]+\\s*)?=\\s*(?:\\w+\\.)?${name}\\(`, 'm');

/** Those that others are built on come after those. */
export const libraries: readonly Library[] = [
  {
    dependency: 'django',
    kind: 'django',
    label: 'Django',
    server: 'gunicorn',
    find: (s) => findObject(s, 'wsgi.py', /^(application)\s*=/m),
  },
  {
    dependency: 'django',
    kind: 'django',
    label: 'Django',
    server: 'uvicorn',
    find: (s) => findObject(s, 'asgi.py', /^(application)\s*=/m),
  },
  {
    dependency: 'fastapi',
    kind: 'fastapi',
    label: 'FastAPI',
    server: 'uvicorn',
    find: (s) => findObject(s, '.py', made('FastAPI')),
  },
  {
    dependency: 'dash',
    kind: 'python',
    label: 'Dash',
    server: 'gunicorn',
    find: (s) => findObject(s, '.py', /^(server)\s*=\s*\w+\.server\b/m),
  },
  {
    dependency: 'litestar',
    kind: 'python',
    label: 'Litestar',
    server: 'uvicorn',
    find: (s) => findObject(s, '.py', made('Litestar')),
  },
  {
    dependency: 'quart',
    kind: 'python',
    label: 'Quart',
    server: 'uvicorn',
    find: (s) => findObject(s, '.py', made('Quart')),
  },
  {
    dependency: 'starlette',
    kind: 'python',
    label: 'Starlette',
    server: 'uvicorn',
    find: (s) => findObject(s, '.py', made('Starlette')),
  },
  { dependency: 'flask', kind: 'flask', label: 'Flask', server: 'gunicorn', find: findFlask },
];
