import { fail } from '../shared/errors.ts';
import { dotnet } from './dotnet/dotnet.ts';
import { elixir } from './elixir/elixir.ts';
import type { Framework, Recognised } from './framework.ts';
import { go } from './go/go.ts';
import { javascript } from './javascript/index.ts';
import { jvm } from './jvm/jvm.ts';
import { php } from './php/php.ts';
import { python } from './python/python.ts';
import { ruby } from './ruby/ruby.ts';
import { rust } from './rust/rust.ts';
import { startCommand } from './startCommand.ts';
import { staticSite } from './static.ts';

/**
 * The order is the rule of precedence:
 * 1. an app of another language may carry a package.json for its assets, so those manifests are asked before Node's;
 * 2. of them, what is compiled comes first, then what has one manifest of its own; Python's requirements are often
 *    those of a tool beside the app;
 * 3. a package.json says more than a page beside it;
 * 4. an index.html alone is a site;
 * 5. what nobody knows runs by the command that its user says.
 */
export const frameworks: readonly Framework[] = [
  go,
  rust,
  jvm,
  dotnet,
  elixir,
  ruby,
  php,
  python,
  ...javascript,
  staticSite,
  startCommand,
];

/** Those to ask where the user says this kind. Throws InvalidOption. */
export function frameworksFor(kind: string | undefined): readonly Framework[] {
  // An own Dockerfile asks the others for what it does not say itself.
  if (!kind || kind === 'dockerfile') return frameworks;
  const named = frameworks.filter(({ id, kinds = [] }) => id === kind || kinds.includes(kind));
  if (named.length > 0) return named;
  throw fail('InvalidOption', 'The kind', kind, `one of ${allKinds.join(', ')}`);
}

/** What `kind` may say: everything that a plan may be called, and the languages. */
export const allKinds: readonly string[] = [
  ...new Set(frameworks.flatMap(({ id, kinds = [] }) => [id, ...kinds])),
  'dockerfile',
].sort();

/** The name of a language takes whatever is found of it. */
export function isWished({ kind, language }: Recognised, { id }: Framework, wish: string | undefined): boolean {
  return !wish || wish === 'dockerfile' || [kind, language, id].includes(wish);
}
