import type { Framework } from '../framework.ts';
import { serverOf } from './simple.ts';

export const koa: Framework = serverOf('koa', {
  kind: 'koa',
  label: 'Koa',
});
