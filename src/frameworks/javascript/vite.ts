import type { Framework } from '../framework.ts';
import { frontEndOf } from './frontEnd.ts';

/** A front end with no view library that we know by name (Preact, Lit, none), so it comes after those. */
export const vite: Framework = frontEndOf('vite', 'Front end');
