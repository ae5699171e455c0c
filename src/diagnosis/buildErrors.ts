import { compilerRules } from './buildCompilers.ts';
import { nodeRules } from './buildNode.ts';
import { packageRules } from './buildPackages.ts';
import { recipeRules } from './buildRecipe.ts';
import type { TextRule } from './rule.ts';

/** What the log of a build tells. */
export const buildRules: readonly TextRule[] = [...recipeRules, ...nodeRules, ...packageRules, ...compilerRules];
