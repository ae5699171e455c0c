import { fail } from '../../shared/errors.ts';
import { plainWords } from '../dockerfileText.ts';
import type { EvidenceItem, SourceTree } from '../framework.ts';
import { evidenceAt } from '../manifest.ts';
import type { PackageJson } from './packageJson.ts';

export interface NodeStart {
  command: string;
  evidence: EvidenceItem;
  /** True when the command is a tool from devDependencies, which must then stay in the image. */
  needsDev: boolean;
}

/** `start:prod` is what NestJS and others keep for this very purpose; their `start` watches or compiles. */
const scripts = ['start:prod', 'start:production', 'start'];
const entryFiles = [
  'server.js',
  'index.js',
  'app.js',
  'main.js',
  'server.mjs',
  'index.mjs',
  'src/server.js',
  'src/index.js',
];
/** Commands whose package has another name. */
const packages: Record<string, string> = { nest: '@nestjs/cli', tsc: 'typescript', 'react-scripts': 'react-scripts' };

/** Throws NoStartCommand. */
export async function nodeStart(source: SourceTree, manifest: PackageJson, override?: string): Promise<NodeStart> {
  if (override) {
    const evidence = { file: 'the project settings', says: `starts with ${override}` };
    return { command: override, evidence, needsDev: needsDev(manifest, override) };
  }
  for (const name of scripts) {
    const script = manifest.scripts[name]?.trim();
    if (!script) continue;
    const command = isSelfContained(manifest, name, script) ? script : `npm run ${name}`;
    const evidence = evidenceAt('package.json', manifest.text, `"${name}":`, `${name}: ${script}`);
    return { command, evidence, needsDev: needsDev(manifest, script) };
  }
  const file = await entryFile(source, manifest);
  if (!file)
    throw fail('NoStartCommand', `the start script and main of package.json, ${entryFiles.slice(0, 4).join(', ')}`);
  const evidence = { file, says: 'the file that is started' };
  return { command: `node ${file}`, evidence, needsDev: false };
}

/**
 * The script itself rather than `npm run`, because npm would stand between ECS's SIGTERM and the app; its tools are
 * found through the PATH of the image. Not so where npm does more than run it.
 */
function isSelfContained(manifest: PackageJson, name: string, script: string): boolean {
  if (manifest.scripts[`pre${name}`] || manifest.scripts[`post${name}`]) return false;
  return !/\bnpm_|\$INIT_CWD|[\r\n]/.test(script);
}

function needsDev(manifest: PackageJson, command: string): boolean {
  const words = command
    .split(/&&|\|\||;/)
    .flatMap((part) => plainWords(part)?.filter((word) => !word.includes('='))[0] ?? []);
  return words.some((word) => {
    const name = packages[word] ?? word;
    return name in manifest.devDependencies && !(name in manifest.dependencies);
  });
}

async function entryFile(source: SourceTree, manifest: PackageJson): Promise<string | undefined> {
  const main = manifest.main.replace(/^\.\//, '');
  // A name that is no plain path would have to be quoted for people and shells alike; nobody has one.
  const wanted = /^\w[\w./-]*$/.test(main) ? [main, `${main}.js`, `${main}/index.js`] : [];
  for (const file of [...wanted, ...entryFiles]) {
    if (await source.has(file)) return file;
  }
  // What a build makes is not there yet.
  return wanted[0] && manifest.scripts.build && /\.[cm]?js$/.test(wanted[0]) ? wanted[0] : undefined;
}
