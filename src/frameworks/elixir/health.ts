import type { SourceTree } from '../framework.ts';
import { type HealthRoute, readHealthRoute, routePattern } from '../healthRoute.ts';

/** A route of the router at the root of its paths. */
export async function phoenixHealth(source: SourceTree): Promise<HealthRoute> {
  const file = (await source.files()).find((each) => /^(?:apps\/\w+\/)?lib\/\w+\/router\.ex$/.test(each));
  const text = (file && (await source.read(file))) || '';
  const found = readHealthRoute(
    file ?? '',
    text,
    [routePattern(String.raw`^[ \t]*get[ (]{1,9}`)],
    /(?<=^|\s)#(?!\{).*$/gm,
  );
  const [item] = found?.evidence ?? [];
  const before = text.split('\n').slice(0, item?.line);
  const scope = before.findLast((line) => /^[ \t]*scope\b/.test(line)) ?? '';
  return found && (scope === '' || /scope\(?\s+"\/"/.test(scope)) ? found : { healthPath: '', evidence: [] };
}
