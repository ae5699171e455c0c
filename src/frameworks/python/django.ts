import type { EvidenceItem, SourceTree } from '../framework.ts';
import { evidenceAt } from '../manifest.ts';

export interface Collected {
  command: string;
  /** Variables that the settings insist on, with values that mean nothing. */
  env: string[];
  evidence: EvidenceItem[];
}

/**
 * Collecting the static files: only WhiteNoise serves them from the app itself, out of STATIC_ROOT. The settings are
 * read for it, so what they insist on is given a value for this one step.
 */
export async function collectStatic(
  source: SourceTree,
  dependencies: readonly string[],
): Promise<Collected | undefined> {
  if (!dependencies.includes('whitenoise')) return undefined;
  const files = await source.files();
  const manage = files.find((file) => /^(?:\w+\/)*manage\.py$/.test(file));
  const settings = files.filter((file) => /(?:^|\/)settings(?:\/\w+)?\.py$/.test(file)).slice(0, 10);
  const texts = await Promise.all(settings.map(async (file) => ({ file, text: (await source.read(file)) ?? '' })));
  const root = texts.find(({ text }) => /^STATIC_ROOT\s*=/m.test(text));
  if (!manage || !root) return undefined;
  const asked = /\b(?:environ\[|environ\.get\(|getenv\(|env(?:\.\w+)?\(|config\()\s*['"](\w+)['"]/g;
  const names = texts.flatMap(({ text }) => [...text.matchAll(asked)].map((match) => match[1] ?? ''));
  return {
    command: `python ${manage} collectstatic --noinput`,
    env: [...new Set(names.filter((name) => /SECRET|KEY|DATABASE_URL/.test(name)))].map(
      (name) => `${name}=${name === 'DATABASE_URL' ? 'sqlite:////tmp/build.sqlite3' : 'unused'}`,
    ),
    evidence: [evidenceAt(root.file, root.text, 'STATIC_ROOT', 'its static files are collected for WhiteNoise')],
  };
}

/** The server of `runserver` does it; the one of production does not. */
export function staticWarnings(dependencies: readonly string[]): string[] {
  if (dependencies.some((name) => ['whitenoise', 'django-storages', 'dj-static', 'servestatic'].includes(name)))
    return [];
  return ['Django serves no static files by itself in production: add WhiteNoise, or keep them elsewhere.'];
}
