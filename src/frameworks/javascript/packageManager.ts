import type { EvidenceItem, SourceTree } from '../framework.ts';
import { evidenceAt } from '../manifest.ts';
import type { PackageJson } from './packageJson.ts';

export type ManagerName = 'npm' | 'yarn' | 'pnpm' | 'bun';

export interface Choice {
  name: ManagerName;
  /** Exact, or the major alone; empty for npm, which the image brings. */
  version: string;
  /** Undefined where there is none. */
  lockFile: string | undefined;
  evidence: EvidenceItem[];
  warnings: string[];
}

/** In the order in which they win over each other: npm's lock file is the one that is made by accident. */
const lockFiles: readonly [file: string, name: ManagerName][] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['npm-shrinkwrap.json', 'npm'],
  ['package-lock.json', 'npm'],
];
const defaults: Record<ManagerName, string> = { npm: '', yarn: '1.22.22', pnpm: '10', bun: '1' };

/**
 * Which package manager installs: what the user says, `packageManager` of package.json, then the lock file.
 * `home` is the folder with the lock file, `manifest` its package.json.
 */
export async function choosePackageManager(home: SourceTree, manifest: PackageJson, wish = ''): Promise<Choice> {
  const found = await lockFilesIn(home);
  const named = parse(wish) ?? parse(manifest.packageManager);
  const [first] = found;
  const name = named?.name ?? first?.name ?? 'npm';
  const lock = found.find((each) => each.name === name);
  const version = named?.version || (lock && (await versionOf(home, lock.file))) || defaults[name];
  const says = `packageManager: ${manifest.packageManager.replace(/\+.*/, '')}`;
  const evidence = [
    ...(!wish && named ? [evidenceAt('package.json', manifest.text, '"packageManager"', says)] : []),
    ...(lock ? [{ file: lock.file, says: `the lock file of ${titles[name]}` }] : []),
  ];
  const warnings = warningsFor(name, lock?.file, found, hasDependencies(manifest));
  return { name, version, lockFile: lock?.file, evidence, warnings };
}

const titles: Record<ManagerName, string> = { npm: 'npm', yarn: 'Yarn', pnpm: 'pnpm', bun: 'Bun' };

async function lockFilesIn(home: SourceTree): Promise<{ file: string; name: ManagerName }[]> {
  const there = await Promise.all(lockFiles.map(([file]) => home.has(file)));
  return lockFiles.filter((_, index) => there[index]).map(([file, name]) => ({ file, name }));
}

/** `pnpm@10.2.0+sha512.…`, or a name alone. */
function parse(text: string): { name: ManagerName; version: string } | undefined {
  const [, name, version = ''] = /^(npm|yarn|pnpm|bun)(?:@(\d+(?:\.\d+)*(?:-[\w.]+)?))?(?:\+.*)?$/.exec(text) ?? [];
  return name ? { name: name as ManagerName, version } : undefined;
}

/** The newest release that reads this lock file as it is. */
async function versionOf(home: SourceTree, file: string): Promise<string> {
  const head = file === 'bun.lockb' || file.endsWith('.json') ? '' : ((await home.read(file)) ?? '').slice(0, 500);
  if (file === 'pnpm-lock.yaml') {
    const format = Number(/^lockfileVersion:\s*['"]?(\d+)/m.exec(head)?.[1] ?? 9);
    return format >= 9 ? '10' : format >= 6 ? '8' : '7';
  }
  if (file !== 'yarn.lock') return '';
  const format = Number(/^__metadata:\s*\n\s+version:\s*(\d+)/m.exec(head)?.[1] ?? 0);
  return format >= 8 ? '4' : format > 0 ? '3' : defaults.yarn;
}

function warningsFor(
  name: ManagerName,
  lock: string | undefined,
  found: readonly { file: string; name: ManagerName }[],
  hasAny: boolean,
): string[] {
  const others = found.filter((each) => each.name !== name).map(({ file }) => file);
  if (lock && others.length > 0) {
    return [
      `There are several lock files: ${lock} is used, and ${others.join(', ')} is not. Delete what you do not use, or name the package manager in package.json ("packageManager").`,
    ];
  }
  if (lock || !hasAny) return [];
  const wanted = lockFiles.findLast((each) => each[1] === name)?.[0];
  const instead = others.length > 0 ? ` (only ${others.join(', ')})` : '';
  return [`There is no ${wanted}${instead}, so every build may install other versions; commit one.`];
}

function hasDependencies({ dependencies, devDependencies }: PackageJson): boolean {
  return Object.keys(dependencies).length + Object.keys(devDependencies).length > 0;
}
