import type { Framework } from '../framework.ts';
import { frontEndOf } from './frontEnd.ts';

export const react: Framework = frontEndOf('react', 'React', 'react', 'react');
