import { readFileSync } from 'node:fs';

interface Argument {
  type?: string;
  required?: boolean;
  /** How often a block may stand. */
  max?: number;
  block?: Record<string, Argument>;
}

interface ProviderType {
  arguments: Record<string, Argument>;
  attributes: string[];
}

const file = new URL('../fixtures/terraform/aws-provider-schema.json', import.meta.url);
const { types } = JSON.parse(readFileSync(file, 'utf8')) as { types: Record<string, ProviderType> };

type Body = Record<string, unknown>;

/** What Terraform itself knows in every resource. */
const metaArguments = ['count', 'for_each', 'depends_on', 'lifecycle', 'provider', 'dynamic'];

/** Everything in a parsed file that the provider would refuse: unknown types, arguments and blocks, and what is missing. */
export function objections(parsed: Body): string[] {
  return [
    ...Object.entries((parsed.resource ?? {}) as Body).flatMap(([type, named]) => ofType(type, type, named as Body)),
    ...Object.entries((parsed.data ?? {}) as Body).flatMap(([type, named]) =>
      ofType(`data.${type}`, type, named as Body),
    ),
  ];
}

/** Whether an attribute may be read from a type, as in `aws_lb.this.dns_name`. */
export function hasAttribute(type: string, attribute: string): boolean {
  const known = types[type];
  return (
    known !== undefined && (attribute === 'id' || attribute in known.arguments || known.attributes.includes(attribute))
  );
}

function ofType(key: string, type: string, named: Body): string[] {
  const known = types[key];
  if (!known) return [`unknown type ${type}`];
  return Object.entries(named).flatMap(([name, bodies]) =>
    (bodies as Body[]).flatMap((body) => ofBody(`${key}.${name}`, body, known.arguments)),
  );
}

function ofBody(where: string, body: Body, known: Record<string, Argument>): string[] {
  const { dynamic, ...own } = body as Body & { dynamic?: Record<string, { content: Body[] }[]> };
  const blocks = Object.entries(dynamic ?? {}).map(
    ([name, uses]) => [name, uses.flatMap((use) => use.content)] as const,
  );
  const present = [...Object.entries(own).filter(([name]) => !metaArguments.includes(name)), ...blocks];
  const missing = Object.entries(known)
    .filter(([name, { required }]) => required && !present.some(([each]) => each === name))
    .map(([name]) => `${where} lacks ${name}`);
  return [...missing, ...present.flatMap(([name, value]) => ofArgument(`${where}.${name}`, value, known[name]))];
}

function ofArgument(where: string, value: unknown, argument: Argument | undefined): string[] {
  if (!argument) return [`${where} is unknown`];
  const { block, max } = argument;
  if (!block) return isBlocks(value) ? [`${where} is no block`] : [];
  if (!isBlocks(value)) return [`${where} is a block`];
  const often = max !== undefined && value.length > max ? [`${where} stands ${value.length} times`] : [];
  return [...often, ...value.flatMap((body) => ofBody(where, body, block))];
}

function isBlocks(value: unknown): value is Body[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'object' && each !== null);
}
