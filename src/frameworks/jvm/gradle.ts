import type { SourceTree } from '../framework.ts';
import type { BuildFile } from './maven.ts';

/** The build script of the folder and of all its subprojects, the outermost first; they are programs and are only read. */
export async function gradleBuilds(source: SourceTree): Promise<BuildFile[]> {
  const settings = (await source.read('settings.gradle.kts')) ?? (await source.read('settings.gradle')) ?? '';
  const included = [...settings.matchAll(/^[ \t]*include\s*\(?([^)\n]*(?:,\s*\n[^)\n]*)*)/gm)].flatMap(
    ([, list = '']) => [...list.matchAll(/["']:?([\w:.-]+)["']/g)].map(([, name = '']) => name.replaceAll(':', '/')),
  );
  const found: BuildFile[] = [];
  for (const folder of ['.', ...included]) {
    for (const name of ['build.gradle.kts', 'build.gradle']) {
      const file = folder === '.' ? name : `${folder}/${name}`;
      const text = await source.read(file);
      if (text === undefined) continue;
      found.push({ folder, file, text });
      break;
    }
  }
  return found;
}

/** buildSrc, and the builds that the settings take in. */
export async function gradleFolders(source: SourceTree): Promise<string[]> {
  const settings = (await source.read('settings.gradle.kts')) ?? (await source.read('settings.gradle')) ?? '';
  const named = [...settings.matchAll(/\bincludeBuild\s*\(?\s*["'](?:\.\/)?(\w[\w./-]*)["']/g)].map(
    ([, name = '']) => name,
  );
  const files = await source.files();
  return ['buildSrc', ...named].filter((folder) => files.some((file) => file.startsWith(`${folder}/`)));
}

export async function gradleName(source: SourceTree): Promise<string> {
  const settings = (await source.read('settings.gradle.kts')) ?? (await source.read('settings.gradle')) ?? '';
  return /rootProject\.name\s*=\s*["']([\w.-]+)["']/.exec(settings)?.[1] ?? '';
}
