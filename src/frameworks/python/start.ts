import { fail } from '../../shared/errors.ts';
import type { EvidenceItem, SourceTree } from '../framework.ts';
import { evidenceAt } from '../manifest.ts';
import type { PythonManifest } from './manifest.ts';

export interface PythonStart {
  kind: string;
  label: string;
  command: string;
  /** Packages that the command needs and the project does not name, with their major version. */
  extra: string[];
  evidence: EvidenceItem[];
}

/** Where one app object stands: a module as Python imports it, below a folder that has to be on the path. */
interface AppObject {
  folder: string;
  module: string;
  name: string;
  evidence: EvidenceItem;
}

const scripts = ['main.py', 'app.py', 'server.py', 'run.py', 'src/main.py', 'src/app.py'];
const gunicorn = 'gunicorn~=23.0';
const uvicorn = 'uvicorn~=0.35';

/** Throws NoStartCommand. */
export async function pythonStart(source: SourceTree, manifest: PythonManifest, port: number): Promise<PythonStart> {
  const has = (name: string) => manifest.dependencies.includes(name);
  const missing = (name: string, pinned: string) => (has(name) ? [] : [pinned]);
  const depends = (name: string) => evidenceAt(manifest.file, manifest.text, name, `depends on ${name}`);

  const django = has('django') ? await findObject(source, 'wsgi.py', /^(application)\s*=/m) : undefined;
  if (django) {
    const command = `gunicorn --bind 0.0.0.0:${port}${pathOption('--chdir', django)} ${django.module}:application`;
    return {
      kind: 'django',
      label: 'Django',
      command,
      extra: missing('gunicorn', gunicorn),
      evidence: [depends('django'), django.evidence],
    };
  }
  const fastapi = has('fastapi')
    ? await findObject(source, '.py', /^(\w+)\s*(?::\s*[\w.]+\s*)?=\s*(?:\w+\.)?FastAPI\(/m)
    : undefined;
  if (fastapi) {
    const command = `uvicorn --host 0.0.0.0 --port ${port}${pathOption('--app-dir', fastapi)} ${fastapi.module}:${fastapi.name}`;
    return {
      kind: 'fastapi',
      label: 'FastAPI',
      command,
      extra: missing('uvicorn', uvicorn),
      evidence: [depends('fastapi'), fastapi.evidence],
    };
  }
  const flask = has('flask') ? await findFlask(source) : undefined;
  if (flask) {
    const target = /\(/.test(flask.name) ? `'${flask.module}:${flask.name}'` : `${flask.module}:${flask.name}`;
    const command = `gunicorn --bind 0.0.0.0:${port}${pathOption('--chdir', flask)} ${target}`;
    return {
      kind: 'flask',
      label: 'Flask',
      command,
      extra: missing('gunicorn', gunicorn),
      evidence: [depends('flask'), flask.evidence],
    };
  }
  return script(source, manifest, port);
}

async function findFlask(source: SourceTree): Promise<AppObject | undefined> {
  const made = await findObject(source, '.py', /^(\w+)\s*(?::\s*[\w.]+\s*)?=\s*(?:\w+\.)?Flask\(/m);
  if (made) return made;
  // An application factory, as the Flask documentation recommends.
  // Where the first parameter has a default, all have one.
  const factory = await findObject(source, '.py', /^def (create_app|make_app)\((?:\)|\w+[^,)\n]*=)/m);
  return factory && { ...factory, name: `${factory.name}()` };
}

async function script(source: SourceTree, manifest: PythonManifest, port: number): Promise<PythonStart> {
  const isStreamlit = manifest.dependencies.includes('streamlit');
  for (const file of isStreamlit ? ['streamlit_app.py', ...scripts] : scripts) {
    const text = await source.read(file);
    if (text === undefined) continue;
    const evidence = [{ file, says: 'the file that is started' }];
    if (!isStreamlit) return { kind: 'python', label: 'Python', command: `python ${file}`, extra: [], evidence };
    const command = `streamlit run ${file} --server.port=${port} --server.address=0.0.0.0 --server.headless=true`;
    return { kind: 'streamlit', label: 'Streamlit', command, extra: [], evidence };
  }
  throw fail('NoStartCommand', `${manifest.file}, and ${scripts.slice(0, 4).join(', ')}`);
}

/** Files nearest to the root first; a name that Python could not import is passed over. */
async function findObject(source: SourceTree, ending: string, pattern: RegExp): Promise<AppObject | undefined> {
  const isModule = (file: string) =>
    file.endsWith(ending) && /^(?:\w+\/)*\w+\.py$/.test(file) && !/(^|\/)tests?\//.test(file);
  const files = await source.files();
  for (const file of files.filter(isModule).slice(0, 200)) {
    const text = (await source.read(file)) ?? '';
    const match = pattern.exec(text);
    if (!match) continue;
    const folder = pathRoot(file, files);
    const module = file
      .slice(folder ? folder.length + 1 : 0)
      .replace(/\.py$/, '')
      .replace(/\/__init__$/, '');
    const evidence = evidenceAt(file, text, match[0], match[0].trim());
    return { folder, module: module.replaceAll('/', '.'), name: match[1] ?? '', evidence };
  }
  return undefined;
}

/** The folder from which the project's own imports start: that of manage.py, or `src`. */
function pathRoot(file: string, files: readonly string[]): string {
  const manage = files.find((each) => each.endsWith('/manage.py'))?.replace(/\/manage\.py$/, '');
  if (manage && file.startsWith(`${manage}/`) && !files.includes('manage.py')) return manage;
  return file.startsWith('src/') && !files.includes('src/__init__.py') ? 'src' : '';
}

function pathOption(option: string, { folder }: AppObject): string {
  return folder ? ` ${option} ${folder}` : '';
}
