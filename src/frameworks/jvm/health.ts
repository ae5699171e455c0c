import type { SourceTree } from '../framework.ts';
import { type HealthRoute, healthRouteIn, routePattern } from '../healthRoute.ts';
import { evidenceAt, recordOf } from '../manifest.ts';
import type { JvmKind } from './kinds.ts';
import type { BuildFile } from './maven.ts';

/** What a dependency brings: the actuator of Spring Boot, the health of Quarkus; else a route that is called so. */
export async function jvmHealth(source: SourceTree, build: BuildFile, { kind }: JvmKind): Promise<HealthRoute> {
  const prefix = build.folder === '.' ? 'src/main/' : `${build.folder}/src/main/`;
  const setting = await settingsIn(source, prefix);
  const dependency = { 'spring-boot': 'starter-actuator', quarkus: 'quarkus-smallrye-health', java: '' }[kind];
  const root = setting('server.servlet.context-path', 'spring.webflux.base-path', 'quarkus.http.root-path');
  if (dependency && build.text.includes(dependency) && !setting('management.server.port')) {
    const below = kind === 'quarkus' ? '/q' : setting('management.endpoints.web.base-path') || '/actuator';
    const healthPath = joined(root, below, 'health');
    return {
      healthPath,
      evidence: [evidenceAt(build.file, build.text, dependency, `answers health checks at ${healthPath}`)],
    };
  }
  const files = (await source.files()).filter((file) => file.startsWith(prefix) && /\.(?:java|kt)$/.test(file));
  const found = await healthRouteIn(source, files, routes, /(?<=^|\s)\/\/.*$/gm);
  return found.healthPath ? { ...found, healthPath: joined(root, found.healthPath) } : found;
}

/** A class that has a path of its own is passed over. */
const routes = [
  routePattern(
    String.raw`(?<![\s\S])(?![\s\S]{0,20000}@RequestMapping\()[\s\S]*?@GetMapping\(\s*(?:(?:value|path)\s*=\s*)?`,
  ),
  routePattern(String.raw`(?<on>\w{0,60})[)\s]{0,60}\.get\(\s*`),
  // Ktor.
  routePattern(String.raw`(?<![\s\S])(?![\s\S]{0,20000}\broute\()[\s\S]*?\bget\(\s*`),
];

function joined(...parts: string[]): string {
  return `/${parts
    .flatMap((part) => part.split('/'))
    .filter((part) => /^[\w.-]+$/.test(part))
    .join('/')}`;
}

/** Values of application.properties and application.yml; the first of the names that has one counts. */
async function settingsIn(source: SourceTree, prefix: string): Promise<(...names: string[]) => string> {
  const values = new Map<string, string>();
  const properties = (await source.read(`${prefix}resources/application.properties`)) ?? '';
  for (const [, name = '', value = ''] of properties.matchAll(/^([\w.-]+)\s*[=:]\s*(\S+)/gm)) values.set(name, value);
  for (const ending of ['yml', 'yaml']) {
    const text = await source.read(`${prefix}resources/application.${ending}`);
    if (text) flatten(await firstDocument(text), '', values);
  }
  return (...names) => names.map((name) => values.get(name)).find(Boolean) ?? '';
}

/** What cannot be read says nothing: only Spring itself has to understand it. */
async function firstDocument(text: string): Promise<unknown> {
  const { parseAllDocuments } = await import('yaml');
  const [first] = parseAllDocuments(text);
  try {
    return first && 'toJS' in first ? first.toJS() : undefined;
  } catch {
    return undefined;
  }
}

function flatten(value: unknown, path: string, into: Map<string, string>): void {
  for (const [name, each] of Object.entries(recordOf(value))) {
    const key = path ? `${path}.${name}` : name;
    if (typeof each === 'object') flatten(each, key, into);
    else into.set(key, String(each));
  }
}
