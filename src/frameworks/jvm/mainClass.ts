import type { EvidenceItem, SourceTree } from '../framework.ts';
import { evidenceAt } from '../manifest.ts';

export interface MainClass {
  name: string;
  /** Its source, relative; empty where that was not found. */
  file: string;
  evidence: EvidenceItem;
}

const named = [
  /<(?:mainClass|exec\.mainClass|start-class)>\s*([\w.]+)\s*</,
  /\bmain(?:Class|ClassName)\b\s*(?:=|\.set\()\s*["']([\w.]+)["']/,
];

/** The class that starts: what the build names, else the first source with a `main`. */
export async function mainClass(
  source: SourceTree,
  folder: string,
  build: { file: string; text: string },
): Promise<MainClass | undefined> {
  for (const pattern of named) {
    const match = pattern.exec(build.text);
    if (!match?.[1]) continue;
    const evidence = evidenceAt(build.file, build.text, match[0], `starts ${match[1]}`);
    return { name: match[1], file: await sourceOf(source, folder, match[1]), evidence };
  }
  const prefix = folder === '.' ? 'src/main/' : `${folder}/src/main/`;
  const files = (await source.files()).filter((file) => file.startsWith(prefix) && /\.(?:java|kt)$/.test(file));
  for (const file of files.slice(0, 300)) {
    const found = mainIn(file, (await source.read(file)) ?? '');
    if (found) return found;
  }
  return undefined;
}

async function sourceOf(source: SourceTree, folder: string, name: string): Promise<string> {
  const path = name.replaceAll('.', '/');
  const prefix = folder === '.' ? 'src/main' : `${folder}/src/main`;
  const ends = [`java/${path}.java`, `kotlin/${path}.kt`, `kotlin/${path.replace(/Kt$/, '')}.kt`];
  for (const end of ends) if (await source.has(`${prefix}/${end}`)) return `${prefix}/${end}`;
  return '';
}

function mainIn(file: string, text: string): MainClass | undefined {
  const isKotlin = file.endsWith('.kt');
  const line = (isKotlin ? /^(?:suspend )?fun main\(/m : /^[ \t]*(?:public\s+)?static\s+void\s+main\s*\(/m).exec(
    text,
  )?.[0];
  const simple = /([\w]+)\.(?:java|kt)$/.exec(file)?.[1];
  if (!line || !simple) return undefined;
  const inPackage = /^[ \t]*package\s+([\w.]+)/m.exec(text)?.[1];
  // A function outside of any class belongs to a class that is named after the file.
  const name = `${inPackage ? `${inPackage}.` : ''}${isKotlin ? `${simple[0]?.toUpperCase()}${simple.slice(1)}Kt` : simple}`;
  return { name, file, evidence: evidenceAt(file, text, line.trim(), `starts ${name}`) };
}
