import { openFile, type TextRule } from './rule.ts';

const correct = 'Correct it (run the same build locally to see it at once), commit and deploy again.';

const quoted = (text: string) => (text ? `: “${text}”` : '');

/** What compilers and bundlers say. The first error counts: later ones often follow from it. */
export const compilerRules: readonly TextRule[] = [
  {
    id: 'B50',
    match: /^([\w@./\\-]{1,200}\.[cm]?tsx?)(?:\((\d+),(\d+)\):|:(\d+):(\d+) -) error (TS\d+): ([^\n]+)/m,
    cause: (name) => `TypeScript does not compile: ${name()}, line ${name(2)}${quoted(name(5))}.`,
    remedy: correct,
    offer: (name) => openFile(name(), name(2), name(3)),
    first: true,
  },
  {
    id: 'B51',
    match: /^(\.{0,2}[\w@./\\-]{1,200}\.[cm]?[jt]sx?)(?::(\d+):(\d+))?\s*\n(?:Type error|Error): ([^\n]+)/m,
    cause: (name) => `the code does not compile: ${name()}${quoted(name(name(4) ? 4 : 2))}.`,
    remedy: correct,
    offer: (name) => openFile(name(), name(4) ? name(2) : '', name(4) ? name(3) : ''),
    first: true,
  },
  {
    id: 'B52',
    match:
      /Module not found: (?:Error: )?Can't resolve '([^'\n]+)'|Rollup failed to resolve import "([^"\n]+)"|Could not resolve "([^"\n]+)"|Failed to resolve import "([^"\n]+)"|Cannot find module '([^'\n]+)'(?! or its)/,
    cause: (name) => `the build does not find ${name()}, which the code imports.`,
    remedy:
      'Add the package to package.json and commit the lock file; for a file of your own check its path, in which capital letters count on Linux.',
    offer: () => openFile('package.json'),
    first: true,
  },
  {
    id: 'B53',
    match: /error\[(E\d{4})\]: ([^\n]+)(?:\n\s*--> ([^\s:]+):(\d+):(\d+))?/,
    cause: (name) => `Rust does not compile${name(3) && `: ${name(3)}, line ${name(4)}`}${quoted(name(2))}.`,
    remedy: correct,
    offer: (name) => (name(3) ? openFile(name(3), name(4), name(5)) : { action: 'show-log' }),
    first: true,
  },
  {
    id: 'B54',
    match: /^(?:\.\/)?([\w./-]{1,200}\.go):(\d+):(\d+): undefined: ([\w.]+)/m,
    cause: (name) => `Go does not compile: ${name()}, line ${name(2)}: ${name(4)} is not defined.`,
    remedy: correct,
    offer: (name) => openFile(name(), name(2), name(3)),
    first: true,
  },
  {
    id: 'B54',
    match: /^(?:\.\/)?([\w./-]{1,200}\.go):(\d+):(\d+): (?!undefined)([^\n]+)/m,
    cause: (name) => `Go does not compile: ${name()}, line ${name(2)}${quoted(name(4))}.`,
    remedy: correct,
    offer: (name) => openFile(name(), name(2), name(3)),
    first: true,
  },
  {
    id: 'B55',
    match: /(?:^|\s)([\w@./\\-]{1,200}\.(?:java|kt)):(?:\[(\d+),(\d+)\]|(\d+):(?:(\d+):)?) ?(?:error: )?([^\n]+)/,
    cause: (name) => `Java does not compile: ${name()}, line ${name(2)}.`,
    remedy: correct,
    offer: (name) => openFile(name(), name(2)),
    first: true,
  },
  {
    id: 'B56',
    match: /(?:^|\s)([\w@./\\-]{1,200}\.(?:c|cc|cpp|cxx|h|hpp)):(\d+):(\d+): (?:fatal )?error: ([^\n]+)/,
    cause: (name) => `the C or C++ code does not compile: ${name()}, line ${name(2)}${quoted(name(4))}.`,
    remedy: correct,
    offer: (name) => openFile(name(), name(2), name(3)),
    first: true,
  },
  {
    id: 'B57',
    match: /(?:^|\s)([\w@./\\-]{1,200}\.(?:cs|fs|vb))\((\d+),(\d+)\): error (\w+\d+): ([^\n]+)/,
    cause: (name) => `.NET does not compile: ${name()}, line ${name(2)}${quoted(name(5))}.`,
    remedy: correct,
    offer: (name) => openFile(name(), name(2), name(3)),
    first: true,
  },
  {
    id: 'B58',
    match: /✖ (\d+) problems? \((\d+) errors?|Failed to compile[^\n]*\n+(?:[^\n]*\n){0,4}?[^\n]*ESLint/,
    cause: (name) => `the build stops at the mistakes that ESLint finds${name(2) && ` (${name(2)})`}.`,
    remedy: 'Correct them, or let the build of the image leave the check to CI.',
    general: true,
    certainty: 'likely',
  },
  {
    id: 'B59',
    match:
      /Error occurred prerendering page "([^"\n]+)"|Export encountered errors? on following paths?:\s*\n?\s*([^\n]+)/,
    cause: (name) => `Next.js could not render the page ${name()} while building.`,
    remedy:
      'The lines above tell the error; a page that needs a server or a variable at build time is the usual reason: give it as a build argument, or render the page on request.',
    certainty: 'likely',
  },
  {
    id: 'B60',
    match: /(?:SyntaxError|IndentationError): ([^\n]+)/,
    cause: (name) => `the code has a mistake that keeps it from being read${quoted(name())}.`,
    remedy: correct,
    general: true,
    certainty: 'likely',
  },
];
