import { fail } from '../../shared/errors.ts';
import type { SourceTree } from '../framework.ts';
import { parseObject, recordOf, stringOf } from '../manifest.ts';

/** The part of package.json that is read; anything of another type counts as absent. */
export interface PackageJson {
  name: string;
  main: string;
  /** `engines.node` */
  engines: string;
  /** `volta.node` */
  volta: string;
  /** The patterns of `workspaces`, in either of its forms. */
  workspaces: string[];
  /** `packageManager`, such as `pnpm@10.2.0+sha512…` */
  packageManager: string;
  /** Names of fields that only what is published has, such as `exports`; empty for a private package. */
  published: string[];
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  text: string;
}

const publishedFields = ['bin', 'exports', 'module', 'types', 'typings', 'files', 'peerDependencies', 'publishConfig'];

/** Throws InvalidManifest when the file is there and is no JSON object. */
export async function readPackageJson(source: SourceTree): Promise<PackageJson | undefined> {
  const text = await source.read('package.json');
  if (text === undefined) return tooLarge(source);
  const raw = parseObject('package.json', text);
  return {
    name: stringOf(raw.name),
    main: stringOf(raw.main),
    engines: stringOf(recordOf(raw.engines).node),
    volta: stringOf(recordOf(raw.volta).node),
    workspaces: texts(Array.isArray(raw.workspaces) ? raw.workspaces : recordOf(raw.workspaces).packages),
    packageManager: stringOf(raw.packageManager),
    published: raw.private === true ? [] : publishedFields.filter((name) => raw[name] !== undefined),
    scripts: strings(raw.scripts),
    dependencies: strings(raw.dependencies),
    devDependencies: strings(raw.devDependencies),
    text,
  };
}

async function tooLarge(source: SourceTree): Promise<undefined> {
  if (await source.has('package.json')) throw fail('InvalidManifest', 'package.json', 'It is larger than 1 MiB.');
  return undefined;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}

function strings(value: unknown): Record<string, string> {
  const entries = Object.entries(recordOf(value));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
