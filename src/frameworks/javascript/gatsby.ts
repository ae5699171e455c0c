import type { Framework } from '../framework.ts';
import { siteOf } from './simple.ts';

export const gatsby: Framework = siteOf({
  kind: 'gatsby',
  framework: 'react',
  label: 'Gatsby',
  dependency: 'gatsby',
  build: 'gatsby build',
  output: 'public',
  immutable: '/static/',
  buildEnv: ['GATSBY_TELEMETRY_DISABLED=1'],
});
