import type { SourceTree } from '../framework.ts';
import { type HealthRoute, healthRouteIn, routePattern } from '../healthRoute.ts';
import { comments } from './project.ts';

const none: HealthRoute = { healthPath: '', evidence: [] };

/** A controller for health checks whose first answer has no path of its own, below the prefix of the whole app. */
export async function nestHealth(source: SourceTree): Promise<HealthRoute> {
  const main = (await source.read('src/main.ts')) ?? '';
  const [, prefix = '', end = ')'] = /\.setGlobalPrefix\(\s*['"`]\/?([\w/-]+)['"`]\s*([,)])/.exec(main) ?? [];
  // With exceptions, or a version in the path, it takes more than reading to know it.
  if (end === ',' || main.includes('.enableVersioning(')) return none;
  const files = (await source.files()).filter((file) => /^src\/.*\.controller\.ts$/.test(file));
  const controller = routePattern(String.raw`@Controller\(\s*(?:\{\s*path:\s*)?`, '/?');
  for (const file of files) {
    const found = await healthRouteIn(source, [file], [controller], comments);
    if (!found.healthPath || !/@Get\(\s*\)/.test((await source.read(file)) ?? '')) continue;
    const healthPath = `${prefix && `/${prefix}`}${found.healthPath}`;
    const says = `answers health checks at ${healthPath}`;
    return { healthPath, evidence: found.evidence.map((item) => ({ ...item, says })) };
  }
  return none;
}
