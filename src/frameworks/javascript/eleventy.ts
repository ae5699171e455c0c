import type { Framework } from '../framework.ts';
import { siteOf } from './simple.ts';

export const eleventy: Framework = siteOf({
  kind: 'eleventy',
  label: 'Eleventy',
  dependency: '@11ty/eleventy',
  build: 'eleventy',
  output: '_site',
  outputSetting: [
    ['.eleventy.js', 'eleventy.config.js', 'eleventy.config.mjs', 'eleventy.config.cjs'],
    /\boutput\s*:\s*['"`](?:\.\/)?(\w[\w./-]*?)\/?['"`]/,
  ],
});
