import type { SourceTree } from '../framework.ts';
import { type HealthRoute, healthRouteIn, routePattern } from '../healthRoute.ts';

/** Whatever path the health checks of ASP.NET are given, unless in development alone, else a route that is called so. */
const routes = [
  /\.(?:Map|Use)HealthChecks(?<!IsDevelopment\(\)\)\s*\{[^}]{0,2000}HealthChecks)\(\s*(")(?<path>\/[\w./-]+)\1/,
  routePattern(String.raw`(?<on>\w{0,60})\.MapGet\(\s*`),
];

export async function dotnetHealth(source: SourceTree, project: string): Promise<HealthRoute> {
  const prefix = project.includes('/') ? project.slice(0, project.lastIndexOf('/') + 1) : '';
  const files = (await source.files()).filter((file) => file.startsWith(prefix) && file.endsWith('.cs'));
  // Where an app is put together comes first.
  const first = ['Program.cs', 'Startup.cs'].map((name) => prefix + name).filter((name) => files.includes(name));
  return healthRouteIn(source, [...new Set([...first, ...files])], routes, /(?<=^|\s)\/\/.*$/gm);
}
