import type { SourceTree } from '../framework.ts';
import { type HealthRoute, healthRouteIn, routePattern } from '../healthRoute.ts';

const comments = /(?<=^|\s)#.*$/gm;
const none: HealthRoute = { healthPath: '', evidence: [] };

/** A route on the app object that is served. What hangs on a router or a blueprint may lie below a prefix, and is passed over. */
export async function pythonHealth(source: SourceTree, kind: string, command: string): Promise<HealthRoute> {
  // https://docs.streamlit.io/deploy/tutorials/docker
  if (kind === 'streamlit') return { ...none, healthPath: '/_stcore/health' };
  if (kind === 'django') return healthRouteIn(source, await rootUrls(source), django, comments);
  const name = /:(\w+)(?:\(\))?'?$/.exec(command)?.[1];
  const app = !name || /^(?:create|make)_app$/.test(name) ? 'app' : name;
  const files = (await source.files()).filter(
    (file) => file.endsWith('.py') && !/(?:^|\/)(?:tests?\/|test_)/.test(file),
  );
  return healthRouteIn(source, files, [routePattern(String.raw`@(?<on>${app})\.(?:route|get)\(\s*`)], comments);
}

/** Its paths begin without a slash; the second is that of the package django-health-check. */
const django = [
  routePattern(String.raw`^[ \t]*path\(\s*`, ''),
  /^[ \t]*path\(\s*(['"])(?<path>[\w/-]+)\1\s*,\s*include\(\s*['"]health_check\.urls/m,
];

/** The routes from which all others hang, as the settings name them. */
async function rootUrls(source: SourceTree): Promise<string[]> {
  const files = await source.files();
  for (const file of files.filter((each) => /(?:^|\/)settings(?:\/\w+)?\.py$/.test(each)).slice(0, 10)) {
    const name = /^ROOT_URLCONF\s*=\s*['"]([\w.]+)['"]/m.exec((await source.read(file)) ?? '')?.[1];
    const path = name && `${name.replaceAll('.', '/')}.py`;
    if (path) return files.filter((each) => each === path || each.endsWith(`/${path}`)).slice(0, 1);
  }
  return [];
}
