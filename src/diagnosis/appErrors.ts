import { raiseMemory } from './memory.ts';
import { setVariable, type TextRule } from './rule.ts';

const variable = '([A-Z][A-Z0-9_]{2,})';
/** A word in capitals may be anything (`missing CSS`); with an underscore it is a variable. */
const snake = '[`\'"]?([A-Z][A-Z0-9]*_[A-Z0-9_]+)[`\'"]?';
const quoted = `[\`'"]?${variable}[\`'"]?`;
const absent = '(?:missing|required|not (?:set|defined|provided|configured|found)|undefined|unset|empty)';

/** Every wording that names an environment variable which is not there; names are in capitals, so the case counts. */
const missingVariable = new RegExp(
  [
    `KeyError: '${variable}'`,
    `key not found: "${variable}"`,
    `[Ee]nvironment variables? (?:is )?${absent}:? ${quoted}`,
    `(?:[Mm]issing|[Rr]equired|[Ii]nvalid|[Uu]ndefined|[Uu]nset)[^\\n]{0,20}\\b(?:[Ee]nv(?:ironment)?|ENV)\\b[^\\nA-Z]{0,30}\\n?[^\\nA-Z]{0,10}${quoted}`,
    `(?:[Mm]issing|[Rr]equired):? (?:[a-z]+ ){0,3}${snake}(?=[\\s.,;]|$)`,
    `${quoted}(?: [Ee]nvironment variable| env var| setting)?:? (?:(?:is|was|are) (?:a )?|must |has |cannot )(?:not been set|not be empty|be (?:set|defined|provided)|be empty|${absent})\\b`,
    `${snake}:? ${absent}\\b`,
    `[Ss]et the ${variable} environment variable`,
    `Could not resolve placeholder '${variable}'`,
    `(?:env var|NotPresent)[^\\nA-Z]{0,20}${quoted}`,
    `environment variable ${quoted} (?:is )?${absent}`,
    'Missing `(secret_key_base)` for',
    // pydantic-settings: the name stands above, in small letters
    `^([a-z][a-z0-9_]*)\\nField required \\[type=missing`,
  ].join('|'),
  'm',
);

/** What the app was not given, and what it did itself. */
export const appErrors: readonly TextRule[] = [
  {
    id: 'L40',
    match: missingVariable,
    cause: (name) => `the environment variable ${name()} is not set.`,
    remedy: (name) =>
      `Set ${name() || 'it'} in the settings of the project, as a secret if it is one, and deploy again.`,
    offer: setVariable,
  },
  {
    id: 'L41',
    match:
      /JavaScript heap out of memory|java\.lang\.OutOfMemoryError|^MemoryError\b|Cannot allocate memory|fatal error: runtime: out of memory|Allowed memory size of \d+ bytes exhausted|std::bad_alloc/m,
    cause: 'the app ran out of memory.',
    remedy: 'Give the task more memory; if it is used up again, look for a leak.',
    offer: (_, context) => raiseMemory(context),
  },
  {
    id: 'L42',
    match: /ENOSPC: no space left on device|\[Errno 28\]|No space left on device/,
    cause: 'the disk of the task is full.',
    remedy: 'Let the app write less, or give the task more ephemeral storage.',
  },
  {
    id: 'L43',
    match: /TypeError: Cannot (read|set) propert(?:y|ies) of (?:undefined|null) \((?:reading|setting) '([^'\n]+)'\)/,
    cause: (name) =>
      `the app ended with a programming error: it ${name() === 'set' ? 'sets' : 'reads'} “${name(2)}” of something that is not there.`,
    remedy: 'The log names the line of the code; a missing environment variable is a frequent cause.',
    general: true,
    certainty: 'likely',
  },
  {
    id: 'L44',
    match: /panic: runtime error: (invalid memory address or nil pointer dereference|index out of range[^\n]*)/,
    cause: (name) => `the app ended with a programming error: ${name()}.`,
    remedy: 'The log names the line of the code, below “goroutine”.',
    general: true,
    certainty: 'likely',
  },
  {
    id: 'L45',
    match: /^(?:\w*Error: )?(?:SyntaxError|IndentationError|TabError): ([^\n]+)|(?:PHP )?Parse error: +([^\n]+)/m,
    cause: (name) => `the code has a mistake that keeps it from being read: “${name()}”.`,
    remedy:
      'Correct the line that the log names, and deploy again; the image may also have an older version of the language.',
    general: true,
    certainty: 'likely',
  },
];
