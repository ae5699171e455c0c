import { compilerRules } from './buildCompilers.ts';
import { recipeRules } from './buildRecipe.ts';
import { packageRules } from './buildTools.ts';
import type { TextRule } from './rule.ts';

/** What the log of a build tells. */
export const buildRules: readonly TextRule[] = [...recipeRules, ...packageRules, ...compilerRules];
