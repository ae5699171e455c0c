import type { Framework } from '../framework.ts';
import { serverOf } from './simple.ts';

export const express: Framework = serverOf('express', {
  kind: 'express',
  label: 'Express',
});
