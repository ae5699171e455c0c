import type { SourceTree } from '../framework.ts';
import { type HealthRoute, healthRouteIn, routePattern } from '../healthRoute.ts';

const comments = /(?<=^|\s)#(?!\{).*$/gm;

/** Rails' own answer under whatever path the routes give it, else a route that is called so. */
const rails = [
  /^\s*get\s*\(?\s*(['"])(?<path>\/?[\w/-]+)\1\s*(?:=>|,\s*to:)\s*['"]rails\/health#show/m,
  // Further in it may lie below a scope.
  routePattern(String.raw`^ {2}get\s*\(?\s*`, '/?'),
];

export async function rubyHealth(source: SourceTree, kind: string): Promise<HealthRoute> {
  if (kind === 'rails') return healthRouteIn(source, ['config/routes.rb'], rails, comments);
  const rack = (await source.read('config.ru')) ?? '';
  const mapped = await healthRouteIn(source, ['config.ru'], [routePattern(String.raw`^\s*map\s*\(?\s*`)], comments);
  // What is mapped has its routes below that path.
  if (mapped.healthPath || /^\s*map\s*\(?\s*['"]\/\w/m.test(rack)) return mapped;
  const files = (await source.files()).filter((file) => /^(?:app\/|lib\/)?[^/]+\.r[bu]$/.test(file));
  return healthRouteIn(source, files, [routePattern(String.raw`^\s*get\s*\(?\s*`)], comments);
}
