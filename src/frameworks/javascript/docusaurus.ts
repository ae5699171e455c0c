import type { Framework } from '../framework.ts';
import { siteOf } from './simple.ts';

export const docusaurus: Framework = siteOf({
  kind: 'docusaurus',
  framework: 'react',
  label: 'Docusaurus',
  dependency: '@docusaurus/core',
  build: 'docusaurus build',
  output: 'build',
  immutable: '/assets/',
});
