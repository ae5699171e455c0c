import { execForm } from './dockerfileText.ts';
import type { AppPlan, BaseImage } from './framework.ts';
import { healthcheckFor } from './healthcheck.ts';

/** Above 1023, so that nginx needs not be root. */
export const staticPort = 8080;
export const nginxCommand = ['nginx', '-g', 'daemon off;'];

export interface NginxParts {
  base: BaseImage;
  /** The instruction that brings the pages. */
  copy: string;
  plan: AppPlan;
  /** What an unknown path is answered with: the page of a single-page app, whose routes exist in the browser only. */
  fallback?: string | undefined;
  /** Path below which file names change with their content, such as `/assets/`. */
  immutable?: string | undefined;
}

/** The last stage of anything that is served as files. It runs as the user nginx, not as root. */
export function nginxStage({ base, copy, plan, fallback, immutable }: NginxParts): string[] {
  const config = [
    'server {',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: nginx's entrypoint fills it in
    '  listen ${PORT};',
    '  root /usr/share/nginx/html;',
    // Behind a load balancer the port of the container is not the one that the browser knows.
    '  absolute_redirect off;',
    '  gzip on;',
    '  gzip_vary on;',
    '  gzip_types text/css text/javascript application/javascript application/json image/svg+xml application/wasm;',
    '  error_page 404 /404.html;',
    // Files that begin with a dot came along with the source; only .well-known is meant for the public.
    '  location ~ /\\.(?!well-known/) { return 404; }',
    ...(immutable
      ? [`  location ^~ ${immutable} { add_header Cache-Control "public, max-age=31536000, immutable"; }`]
      : []),
    // Everything else is asked for again, which costs a 304 where nothing has changed.
    `  location / { add_header Cache-Control "no-cache"; try_files $uri $uri.html $uri/ ${fallback ? `/${fallback}` : '=404'}; }`,
    '}',
  ];
  return [
    `FROM ${base('nginx:1.28-bookworm')}`,
    `ENV PORT=${plan.port}`,
    // The image's entrypoint fills PORT in when the container starts.
    'RUN mkdir -p /etc/nginx/templates \\',
    "  && printf '%s\\n' \\",
    ...config.map((line) => `      '${line}' \\`),
    '      > /etc/nginx/templates/default.conf.template \\',
    "  && sed -i -e '/^user /d' -e 's#^pid .*#pid /tmp/nginx.pid;#' /etc/nginx/nginx.conf \\",
    '  && rm -rf /etc/nginx/conf.d/default.conf /usr/share/nginx/html/* \\',
    '  && chown -R nginx:nginx /etc/nginx/conf.d /var/cache/nginx',
    copy,
    'USER nginx',
    `EXPOSE ${plan.port}`,
    healthcheckFor('curl', plan),
    `CMD ${execForm(nginxCommand)}`,
  ];
}
