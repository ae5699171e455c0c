import { commonIgnores, dockerfileOf } from './dockerfileText.ts';
import type { AppPlan, Framework } from './framework.ts';

export const staticPort = 8080;
const folders = ['.', 'public', 'dist', 'site', 'www', 'docs'];

/** Pages with no server of their own: nginx serves them. */
export const staticSite: Framework = {
  id: 'static',
  async detect(source, overrides) {
    for (const folder of folders) {
      const file = folder === '.' ? 'index.html' : `${folder}/index.html`;
      if (await source.has(file)) return plan(folder, file, overrides.healthPath);
    }
    return undefined;
  },
};

function plan(folder: string, file: string, healthPath = '/'): AppPlan {
  return {
    framework: 'other',
    kind: 'static',
    label: 'Static site',
    language: 'html',
    languageVersion: '',
    packageManager: '',
    installCommand: '',
    buildCommand: '',
    startCommand: 'nginx -g daemon off;',
    outputFolder: folder,
    port: staticPort,
    healthPath,
    evidence: [{ file, says: 'a page, and no manifest of a server beside it' }],
    warnings: [],
    folder: '.',
    dockerfilePath: '',
    dockerfile: dockerfileOf(
      ...nginxStage(`COPY ${JSON.stringify([folder === '.' ? './' : `${folder}/`, '/usr/share/nginx/html/'])}`, false),
    ),
    dockerignore: commonIgnores,
  };
}

/**
 * The last stage of anything that is served as files. It listens on 8080 and runs as the user nginx, not as root;
 * a single-page app answers every unknown path with its page, since its routes exist in the browser only.
 */
export function nginxStage(copy: string, singlePage: boolean): string[] {
  const fallback = singlePage ? '/index.html' : '=404';
  const config = [
    'server {',
    `  listen ${staticPort};`,
    '  root /usr/share/nginx/html;',
    '  gzip on;',
    '  gzip_types text/css application/javascript application/json image/svg+xml;',
    `  location / { try_files $uri $uri/ ${fallback}; }`,
    '}',
  ];
  return [
    'FROM nginx:1.28-bookworm',
    `RUN printf '%s\\n' ${config.map((line) => `'${line}'`).join(' ')} > /etc/nginx/conf.d/default.conf \\`,
    "  && sed -i -e '/^user /d' -e 's#^pid .*#pid /tmp/nginx.pid;#' /etc/nginx/nginx.conf \\",
    '  && mkdir -p /var/cache/nginx && chown -R nginx:nginx /var/cache/nginx',
    copy,
    'USER nginx',
    `EXPOSE ${staticPort}`,
    `CMD ${JSON.stringify(['nginx', '-g', 'daemon off;'])}`,
  ];
}
