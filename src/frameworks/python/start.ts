import { fail } from '../../shared/errors.ts';
import type { EvidenceItem, SourceTree } from '../framework.ts';
import { evidenceAt } from '../manifest.ts';
import { procfileWeb } from '../procfile.ts';
import { wishedFirst } from '../wishes.ts';
import type { AppObject } from './appObject.ts';
import { type Library, libraries, serverVersions } from './libraries.ts';
import { dependencyEvidence } from './manifest.ts';
import type { PythonManifest } from './project.ts';

export interface PythonStart {
  kind: string;
  label: string;
  command: string;
  /** Packages that the command needs and the project does not name, with their major version. */
  extra: string[];
  evidence: EvidenceItem[];
}

const scripts = ['main.py', 'app.py', 'server.py', 'run.py', 'src/main.py', 'src/app.py', '__main__.py'];

/** Throws NoStartCommand, and NotAnApp for a library. */
export async function pythonStart(
  source: SourceTree,
  manifest: PythonManifest,
  wish: string | undefined,
): Promise<PythonStart> {
  const declared = await procfileWeb(source);
  // With these it is Django's asynchronous side that has to be served.
  const isAsync = manifest.dependencies.some((name) => name === 'channels' || name === 'daphne');
  const ordered = isAsync
    ? wishedFirst(libraries, ({ dependency, server }) => `${dependency} ${server}`, 'django uvicorn')
    : libraries;
  for (const library of wishedFirst(ordered, ({ kind }) => kind, wish)) {
    if (library.kind !== wish && !manifest.dependencies.includes(library.dependency)) continue;
    const object = await library.find(source);
    if (object) return declared ? fromProcfile(declared, manifest, library) : served(manifest, library, object);
  }
  if (declared) return fromProcfile(declared, manifest);
  return script(source, manifest);
}

function served(
  manifest: PythonManifest,
  { dependency, kind, label, server }: Library,
  object: AppObject,
): PythonStart {
  const target = `${object.module}:${object.name}`;
  const word = /\(/.test(target) ? `'${target}'` : target;
  const folder = object.folder && `${server === 'gunicorn' ? '--chdir' : '--app-dir'} ${object.folder} `;
  const bind = server === 'gunicorn' ? '--bind 0.0.0.0:$PORT' : '--host 0.0.0.0 --port $PORT';
  return {
    kind,
    label,
    command: `${server} ${bind} ${folder}${word}`,
    extra: manifest.dependencies.includes(server) ? [] : [serverVersions[server]],
    evidence: [dependencyEvidence(manifest, dependency), object.evidence],
  };
}

function fromProcfile(
  { command, evidence }: { command: string; evidence: EvidenceItem },
  manifest: PythonManifest,
  library?: Library,
): PythonStart {
  const server = (['gunicorn', 'uvicorn'] as const).find((each) => new RegExp(`(?:^|[;&]\\s*)${each} `).test(command));
  return {
    kind: library?.kind ?? 'python',
    label: library?.label ?? 'Python',
    command,
    extra: server && !manifest.dependencies.includes(server) ? [serverVersions[server]] : [],
    evidence: [...(library ? [dependencyEvidence(manifest, library.dependency)] : []), evidence],
  };
}

async function script(source: SourceTree, manifest: PythonManifest): Promise<PythonStart> {
  const isStreamlit = manifest.dependencies.includes('streamlit');
  for (const file of isStreamlit ? ['streamlit_app.py', ...scripts] : scripts) {
    if (!(await source.has(file))) continue;
    const evidence = [{ file, says: 'the file that is started' }];
    if (!isStreamlit) return { kind: 'python', label: 'Python', command: `python ${file}`, extra: [], evidence };
    const command = `streamlit run ${file} --server.port=$PORT --server.address=0.0.0.0 --server.headless=true`;
    return { kind: 'streamlit', label: 'Streamlit', command, extra: [], evidence };
  }
  const [command, ...others] = manifest.packageName ? manifest.scripts : [];
  if (command && others.length === 0 && /^[\w.-]+$/.test(command) && servesHttp(manifest)) {
    const evidence = [evidenceAt(manifest.file, manifest.text, `${command} =`, 'the only command that it brings')];
    return { kind: 'python', label: 'Python', command, extra: [], evidence };
  }
  const lookedAt = `${manifest.file}, Procfile, ${scripts.slice(0, 4).join(', ')}, and all files for an app object`;
  if (manifest.packageName) throw fail('NotAnApp', `${manifest.file} describes a library`, lookedAt);
  throw fail('NoStartCommand', lookedAt);
}

const servers = [
  'aiohttp',
  'bottle',
  'cherrypy',
  'falcon',
  'fastapi',
  'flask',
  'gradio',
  'gunicorn',
  'sanic',
  'starlette',
  'tornado',
  'uvicorn',
];

function servesHttp({ dependencies }: PythonManifest): boolean {
  return servers.some((name) => dependencies.includes(name));
}
