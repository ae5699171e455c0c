import type { Framework } from '../framework.ts';
import { serverOf } from './simple.ts';

export const hono: Framework = serverOf('hono', {
  kind: 'hono',
  label: 'Hono',
});
