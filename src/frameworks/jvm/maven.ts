import { fail } from '../../shared/errors.ts';
import type { SourceTree } from '../framework.ts';

/** One pom.xml or build.gradle. */
export interface BuildFile {
  /** Relative to the source; `.` for its root. */
  folder: string;
  file: string;
  text: string;
}

/** The pom.xml of the folder and of all its modules, the outermost first. Throws InvalidManifest. */
export async function poms(source: SourceTree): Promise<BuildFile[]> {
  const found: BuildFile[] = [];
  const folders = ['.'];
  for (const folder of folders) {
    const file = folder === '.' ? 'pom.xml' : `${folder}/pom.xml`;
    const text = await source.read(file);
    if (text === undefined || found.length >= 50) continue;
    await assertXml(file, text);
    found.push({ folder, file, text });
    for (const [, name = ''] of text.matchAll(/<module>\s*([\w./-]+?)(?:\/pom\.xml)?\s*<\/module>/g)) {
      if (!name.includes('..')) folders.push(folder === '.' ? name : `${folder}/${name}`);
    }
  }
  return found;
}

async function assertXml(file: string, text: string): Promise<void> {
  const { XMLValidator } = await import('fast-xml-parser');
  const result = XMLValidator.validate(text.replace(/^\uFEFF/, ''));
  if (result === true) return;
  throw fail('InvalidManifest', file, `${result.err.msg} (line ${result.err.line})`);
}
