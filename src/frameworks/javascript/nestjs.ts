import type { Framework } from '../framework.ts';
import { serverOf } from './simple.ts';

export const nestjs: Framework = serverOf('@nestjs/core', {
  kind: 'nestjs',
  label: 'NestJS',
  build: 'nest build',
  startFallback: 'node dist/main',
});
