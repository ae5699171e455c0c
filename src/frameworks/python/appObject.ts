import type { EvidenceItem, SourceTree } from '../framework.ts';
import { evidenceAt } from '../manifest.ts';

/** Where one app object stands: a module as Python imports it, below a folder that has to be on the path. */
export interface AppObject {
  folder: string;
  module: string;
  name: string;
  evidence: EvidenceItem;
}

const aside = /(?:^|\/)(?:tests?|docs?|examples?|samples?|benchmarks?|scripts|conftest\.py)(?:\/|$)|(?:^|\/)test_/;

/** Files nearest to the root first; a name that Python could not import is passed over. */
export async function findObject(source: SourceTree, ending: string, pattern: RegExp): Promise<AppObject | undefined> {
  const isModule = (file: string) => file.endsWith(ending) && /^(?:\w+\/)*\w+\.py$/.test(file) && !aside.test(file);
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

export async function findFlask(source: SourceTree): Promise<AppObject | undefined> {
  const made = await findObject(source, '.py', /^(\w+)\s*(?::\s*[\w.]+\s*)?=\s*(?:\w+\.)?Flask\(/m);
  if (made) return made;
  // An application factory, as the Flask documentation recommends.
  // Where the first parameter has a default, all have one.
  const factory = await findObject(source, '.py', /^def (create_app|make_app)\((?:\)|\w+[^,)\n]*=)/m);
  return factory && { ...factory, name: `${factory.name}()` };
}

/** The folder from which the project's own imports start: that of manage.py, or `src`. */
function pathRoot(file: string, files: readonly string[]): string {
  const manage = files.find((each) => each.endsWith('/manage.py'))?.replace(/\/manage\.py$/, '');
  if (manage && file.startsWith(`${manage}/`) && !files.includes('manage.py')) return manage;
  return file.startsWith('src/') && !files.includes('src/__init__.py') ? 'src' : '';
}
