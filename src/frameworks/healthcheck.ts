import { execForm } from './dockerfileText.ts';
import type { AppPlan } from './framework.ts';

/** What asks the app how it is: a program that its image has anyway, so that none is added for this. */
export type Prober = 'node' | 'bun' | 'deno' | 'python' | 'ruby' | 'php' | 'bash' | 'curl';

interface Probe {
  path: string;
  /** The first status that is none of a healthy app. */
  limit: number;
}

/**
 * HEALTHCHECK of an image. ECS does not look at it, but everyone who runs the image elsewhere has it. Where no path is
 * known, any answer that is no failure of the server will do, and a redirect is an answer: it is not followed.
 * `startPeriod` is for how many seconds a failure means nothing yet.
 */
export function healthcheckFor(
  prober: Prober,
  { healthPath }: Pick<AppPlan, 'healthPath'>,
  { startPeriod = 30, limit = healthPath ? 400 : 500 } = {},
): string {
  const words = probes[prober]({ path: healthPath || '/', limit });
  return `HEALTHCHECK --interval=30s --timeout=5s --start-period=${startPeriod}s CMD ${execForm(words)}`;
}

const fetching = ({ path, limit }: Probe, port: string, exit: string) =>
  `fetch('http://127.0.0.1:'+${port}+'${path}',{redirect:'manual'}).then(r=>${exit}(r.status<${limit}?0:1),()=>${exit}(1))`;

const probes: Record<Prober, (probe: Probe) => string[]> = {
  node: (probe) => ['node', '-e', fetching(probe, 'process.env.PORT', 'process.exit')],
  bun: (probe) => ['bun', '-e', fetching(probe, 'process.env.PORT', 'process.exit')],
  deno: (probe) => ['deno', 'eval', fetching(probe, "Deno.env.get('PORT')", 'Deno.exit')],
  python: ({ path, limit }) => [
    'python',
    '-c',
    `import http.client,os,sys;c=http.client.HTTPConnection('127.0.0.1',os.environ['PORT'],timeout=4);c.request('GET','${path}');sys.exit(c.getresponse().status>=${limit})`,
  ],
  ruby: ({ path, limit }) => [
    'ruby',
    '-rnet/http',
    '-e',
    `exit Net::HTTP.get_response(URI("http://127.0.0.1:#{ENV['PORT']}${path}")).code.to_i < ${limit}`,
  ],
  php: ({ path, limit }) => [
    'php',
    '-r',
    `$h=@get_headers('http://127.0.0.1:'.getenv('PORT').'${path}',false,stream_context_create(['http'=>['follow_location'=>0]]));exit($h&&substr($h[0],9,3)<${limit}?0:1);`,
  ],
  // Debian and Ubuntu have no curl in their small images, but a shell that can open a connection.
  bash: ({ path, limit }) => [
    'bash',
    '-c',
    `exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET ${path.replaceAll('%', '%%')} HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && (( status < ${limit} ))`,
  ],
  curl: ({ path }) => ['/bin/sh', '-c', `curl -fsS -o /dev/null http://127.0.0.1:$PORT${path}`],
};
