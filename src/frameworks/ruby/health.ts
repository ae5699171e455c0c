import type { SourceTree } from '../framework.ts';
import { type HealthRoute, healthRouteIn, routePattern } from '../healthRoute.ts';

const comments = /(?<=^|\s)#(?!\{).*$/gm;

/** Rails' own answer under whatever path the routes give it, else a route that is called so. */
const rails = [
  /^[ \t]*get[ (]{0,9}(['"])(?<path>\/?[\w/-]+)\1\s*(?:=>|,\s*to:)\s*['"]rails\/health#show/m,
  // Further in it may lie below a scope.
  routePattern('^ {2}get[ (]{0,9}', '/?'),
];

export async function rubyHealth(source: SourceTree, kind: string): Promise<HealthRoute> {
  if (kind === 'rails') return healthRouteIn(source, ['config/routes.rb'], rails, comments);
  const rack = (await source.read('config.ru')) ?? '';
  const mapped = await healthRouteIn(source, ['config.ru'], [routePattern(String.raw`^[ \t]*map[ (]{0,9}`)], comments);
  // What is mapped has its routes below that path.
  if (mapped.healthPath || /^[ \t]*map[ (]{0,9}['"]\/\w/m.test(rack)) return mapped;
  const files = (await source.files()).filter((file) => /^(?:app\/|lib\/)?[^/]+\.r[bu]$/.test(file));
  return healthRouteIn(source, files, [routePattern(String.raw`^[ \t]*get[ (]{0,9}`)], comments);
}
