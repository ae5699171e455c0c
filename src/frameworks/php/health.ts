import type { SourceTree } from '../framework.ts';
import { type HealthRoute, healthRouteIn, routePattern } from '../healthRoute.ts';

const comments = /(?<=^|\s)\/\/.*$|\/\*[\s\S]{0,5000}?\*\//gm;

/** Laravel 11 and newer names its own in bootstrap/app.php; further in, a route may lie below a prefix. */
const laravel = [/\bhealth:\s*(['"])(?<path>\/[\w/-]+)\1/, routePattern(String.raw`^Route::get\(\s*`, '/?')];
/** On a method; a class that has a route of its own is passed over. */
const symfony = [
  routePattern(
    String.raw`(?<![\s\S])(?![\s\S]{0,20000}#\[Route\([^\]]*\]\s*\n(?:#\[[^\n]*\n)*(?:final |abstract )*class )[\s\S]*?#\[Route\(\s*(?:path:\s*)?`,
  ),
];

export async function phpHealth(source: SourceTree, kind: string): Promise<HealthRoute> {
  if (kind === 'laravel') return healthRouteIn(source, ['bootstrap/app.php', 'routes/web.php'], laravel, comments);
  if (kind !== 'symfony') return { healthPath: '', evidence: [] };
  const files = (await source.files()).filter((file) => /^src\/Controller\/.*\.php$/.test(file));
  return healthRouteIn(source, files, symfony);
}
