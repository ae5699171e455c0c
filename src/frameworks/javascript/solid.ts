import type { Framework } from '../framework.ts';
import { frontEndOf } from './frontEnd.ts';

export const solid: Framework = frontEndOf('solid', 'Solid', 'solid-js');
