import { commonIgnores, dockerfileOf, execForm } from './dockerfileText.ts';
import { type AppPlan, type BaseImage, blankPlan, type Framework, type Recognised } from './framework.ts';

/** Above 1023, so that nginx needs not be root. */
export const staticPort = 8080;
export const nginxCommand = ['nginx', '-g', 'daemon off;'];
const folders = ['.', 'public', 'dist', 'site', 'www', 'docs'];

/** Pages with no server of their own: nginx serves them. */
export const staticSite: Framework = {
  id: 'static',
  async detect(source) {
    for (const folder of folders) {
      const file = folder === '.' ? 'index.html' : `${folder}/index.html`;
      if (await source.has(file)) return found(folder, file);
    }
    return undefined;
  },
};

function found(folder: string, file: string): Recognised {
  return {
    ...blankPlan,
    framework: 'other',
    kind: 'static',
    label: 'Static site',
    language: 'html',
    startCommand: nginxCommand.join(' '),
    outputFolder: folder,
    port: staticPort,
    healthPath: '/',
    evidence: [{ file, says: 'a page, and no manifest of a server beside it' }],
    dockerignore: [...commonIgnores, '**/node_modules'],
    isWeak: folder !== '.',
    writeDockerfile,
  };
}

function writeDockerfile({ outputFolder, port }: AppPlan, base: BaseImage): string {
  const copy = `COPY ${outputFolder === '.' ? '.' : `${outputFolder}/`} /usr/share/nginx/html/`;
  return dockerfileOf(...nginxStage({ base, copy, port, singlePage: false }));
}

interface NginxParts {
  base: BaseImage;
  /** The instruction that brings the pages. */
  copy: string;
  singlePage: boolean;
  port: number;
}

/**
 * The last stage of anything that is served as files. It runs as the user nginx, not as root;
 * a single-page app answers every unknown path with its page, since its routes exist in the browser only.
 */
export function nginxStage({ base, copy, singlePage, port }: NginxParts): string[] {
  const config = [
    'server {',
    `  listen ${port};`,
    '  root /usr/share/nginx/html;',
    // Behind a load balancer the port of the container is not the one that the browser knows.
    '  absolute_redirect off;',
    '  gzip on;',
    '  gzip_types text/css application/javascript application/json image/svg+xml;',
    // Files that begin with a dot came along with the source; only .well-known is meant for the public.
    '  location ~ /\\.(?!well-known/) { return 404; }',
    `  location / { try_files $uri $uri/ ${singlePage ? '/index.html' : '=404'}; }`,
    '}',
  ];
  return [
    `FROM ${base('nginx:1.28-bookworm')}`,
    "RUN printf '%s\\n' \\",
    ...config.map((line) => `      '${line}' \\`),
    '      > /etc/nginx/conf.d/default.conf \\',
    "  && sed -i -e '/^user /d' -e 's#^pid .*#pid /tmp/nginx.pid;#' /etc/nginx/nginx.conf \\",
    '  && chown -R nginx:nginx /var/cache/nginx \\',
    '  && rm -rf /usr/share/nginx/html/*',
    copy,
    'USER nginx',
    `EXPOSE ${port}`,
    `CMD ${execForm(nginxCommand)}`,
  ];
}
