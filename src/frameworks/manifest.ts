import { fail, messageOf } from '../shared/errors.ts';
import type { EvidenceItem, SourceTree } from './framework.ts';

/** The part of package.json that is read; anything of another type counts as absent. */
export interface PackageJson {
  name: string;
  main: string;
  engines: string;
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  text: string;
}

/** @throws DeployError InvalidManifest when the file is there and is no JSON object. */
export async function readPackageJson(source: SourceTree): Promise<PackageJson | undefined> {
  const text = await source.read('package.json');
  if (text === undefined) return undefined;
  const raw = parseObject(text);
  return {
    name: stringOf(raw.name),
    main: stringOf(raw.main),
    engines: stringOf(recordOf(raw.engines).node),
    scripts: strings(raw.scripts),
    dependencies: strings(raw.dependencies),
    devDependencies: strings(raw.devDependencies),
    text,
  };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (value && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw fail('InvalidManifest', 'package.json', messageOf(error));
  }
  throw fail('InvalidManifest', 'package.json', 'It must hold one JSON object.');
}

/** A reason with the line on which `needle` stands. */
export function evidenceAt(file: string, text: string, needle: string, says: string): EvidenceItem {
  const index = text.indexOf(needle);
  return index < 0 ? { file, says } : { file, line: text.slice(0, index).split('\n').length, says };
}

function recordOf(value: unknown): Record<string, unknown> {
  return value && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function strings(value: unknown): Record<string, string> {
  const entries = Object.entries(recordOf(value)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(entries);
}

function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
