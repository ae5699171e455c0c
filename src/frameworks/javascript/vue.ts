import type { Framework } from '../framework.ts';
import { frontEndOf } from './frontEnd.ts';

export const vue: Framework = frontEndOf('vue', 'Vue', 'vue', 'vue');
