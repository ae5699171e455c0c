import { fail } from '../shared/errors.ts';
import type { AppOptions } from '../shared/models.ts';
import type { EvidenceItem, Recognised, SourceTree } from './framework.ts';
import { evidenceAt, parseObject } from './manifest.ts';

export const wishesFile = 'deployotron.json';

/** Where a wish comes from, for the evidence. */
const settings = 'the project settings';

export interface Wishes {
  values: AppOptions;
  evidence: EvidenceItem[];
}

/**
 * What the user wants, checked: the project's settings win over the folder's deployotron.json, and that over the one
 * of the whole source.
 * @throws DeployError InvalidManifest for a file that cannot be read, InvalidOption for a value that is not allowed.
 */
export async function wishesFor(source: SourceTree, given: AppOptions): Promise<Wishes> {
  const root = await committed(source, wishesFile);
  const said = await checked(given, settings);
  const folder = said.folder ?? root.values.folder;
  const inner = folder ? await committed(source, `${folder}/${wishesFile}`) : { values: {}, evidence: [] };
  const values = { ...root.values, ...inner.values, ...said };
  const evidence = Object.entries(said).map(([name, value]) => ({ file: settings, says: `${name}: ${value}` }));
  return { values, evidence: [...evidence, ...inner.evidence, ...root.evidence] };
}

/** Lays what the user wants over what was found. */
export function withWishes(found: Recognised, { values, evidence }: Wishes): Recognised {
  const { folder: _place, dockerfilePath: _file, kind: _kind, ...facts } = values;
  return { ...found, ...facts, evidence: [...found.evidence, ...evidence] };
}

async function committed(source: SourceTree, file: string): Promise<Wishes> {
  const text = await source.read(file);
  if (text === undefined) return { values: {}, evidence: [] };
  const { $schema: _editor, ...said } = parseObject(file, text);
  const values = await checked(said, file);
  const evidence = Object.entries(values).map(([name, value]) =>
    evidenceAt(file, text, `"${name}"`, `${name}: ${value}`),
  );
  return { values, evidence };
}

async function checked(values: unknown, where: string): Promise<AppOptions> {
  const result = (await schema()).safeParse(values);
  if (result.success) return withoutAbsent(result.data);
  const [issue] = result.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const name = unknown ?? String(issue?.path[0] ?? 'it');
  const value = JSON.stringify((values as Record<string, unknown>)[name]) ?? '';
  throw fail(
    'InvalidOption',
    `${name} in ${where}`,
    value,
    unknown ? 'there is no such option' : (issue?.message ?? 'it cannot be read'),
  );
}

function withoutAbsent(values: object): AppOptions {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/**
 * Strict, since a misspelt name that is passed over would look like a value that has no effect. Its descriptions are
 * those that editors show, see media/deployotron.schema.json.
 */
export async function schema() {
  const { z } = await import('zod');
  const command = (what: string) => z.string().trim().min(1).max(4000).describe(what).optional();
  const path = (what: string, says: string) =>
    z
      .string()
      .transform((text) => text.replaceAll('\\', '/').replace(/^(?:\.\/)+|\/+$/g, '') || '.')
      .refine(isPlainPath, `${what} must lie inside the source, and be written with letters, digits, - _ . @ and /`)
      .describe(says)
      .optional();
  const word = z.string().regex(/^[\w.+@-]{1,40}$/, 'letters, digits, and - _ . + @ between them');
  return z.strictObject({
    folder: path('the folder', 'The folder of the app in a monorepo.'),
    dockerfilePath: path('the Dockerfile', 'The own Dockerfile, relative to the folder of the app.'),
    kind: word.describe('What the app is, where it would be taken for something else.').optional(),
    languageVersion: z
      .union([word, z.number().transform(String)], 'a version such as "22" or "3.13"')
      .describe('Version of the language, such as "22" or "3.13".')
      .optional(),
    packageManager: word.describe('Such as "pnpm" or "pnpm@10.2.0".').optional(),
    installCommand: command('Installs the dependencies in the image.'),
    buildCommand: command('Builds the app in the image.'),
    startCommand: command('Starts the app in the container.'),
    outputFolder: path('the folder', 'The folder that a static build leaves.'),
    port: z
      .int('a whole number')
      .min(1, 'from 1 to 65535')
      .max(65_535, 'from 1 to 65535')
      .describe('The port on which the app listens.')
      .optional(),
    healthPath: z
      .string()
      .regex(/^\/[\w./~%?&=+-]*$/, 'a path such as /health')
      .describe('The path that answers 2xx or 3xx when the app is well.')
      .optional(),
  });
}

/** The kind that the user names comes first; among equals the order stays. */
export function wishedFirst<Item>(
  items: readonly Item[],
  kindOf: (item: Item) => string,
  wish: string | undefined,
): Item[] {
  return items.toSorted((a, b) => Number(kindOf(b) === wish) - Number(kindOf(a) === wish));
}

/** Below the project, and safe to stand in a Dockerfile. */
export function isPlainPath(path: string): boolean {
  return /^[\w.@][\w.@/-]*$/.test(path) && !path.split('/').includes('..');
}
