import type { Framework } from '../framework.ts';
import { frontEndOf } from './frontEnd.ts';

export const svelte: Framework = frontEndOf('svelte', 'Svelte', 'svelte');
