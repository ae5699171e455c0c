import type { Cause } from '../shared/cause.ts';
import { fail } from '../shared/errors.ts';
import type { Evidence } from '../shared/models.ts';
import { apiRules } from './apiErrors.ts';
import { buildRules } from './buildErrors.ts';
import { withoutMinor } from './crash.ts';
import { type Finding, finding, ranks } from './findings.ts';
import { gitRules } from './gitErrors.ts';
import { byWeight, causesOf, cleanLines, findInRollout } from './index.ts';
import { registryRules } from './registryErrors.ts';
import type { DiagnosisContext, TextRule } from './rule.ts';
import { findInState, type RolloutState } from './states.ts';
import { readKnown } from './textRules.ts';

/** Evidence as a flat piece of JSON: everything is optional, and what is not known here is left alone. */
export interface EvidenceInput extends Partial<DiagnosisContext> {
  /** Of the task: ECS's own words. */
  stoppedReason?: string;
  stopCode?: string;
  /** Of its container. */
  containerReason?: string;
  exitCode?: number;
  /** Of the service, newest first; a string with line breaks counts as several. */
  events?: string | readonly string[];
  /** What AWS answered: `AccessDeniedException: …`. */
  apiError?: string;
  /** What the app wrote. */
  log?: string | readonly string[];
  buildLog?: string | readonly string[];
  /** What git, the registry or the Docker engine said. */
  gitError?: string;
  registryError?: string;
  state?: RolloutState;
}

/** The causes that this evidence tells, best first; empty where nothing is known. Pure, and quick for megabytes. */
export function findCauses(input: EvidenceInput): Cause[] {
  const context: DiagnosisContext = { service: 'the service', ...input };
  return causesOf(
    byWeight([
      ...readWith(gitRules, input.gitError, context),
      ...readWith(buildRules, input.buildLog, context),
      ...readWith(registryRules, input.registryError, context),
      ...readWith(apiRules, input.apiError, context),
      ...findInRollout(rolloutOf(input), context),
      ...(input.state ? findInState(input.state) : []),
    ]),
  );
}

function readWith(rules: readonly TextRule[], text: EvidenceInput['log'], context: DiagnosisContext): Finding[] {
  if (!text) return [];
  const lines = cleanLines(text);
  const grave = readKnown(rules, withoutMinor(lines), context, lines);
  const readings = grave.length > 0 ? grave : readKnown(rules, lines, context);
  return readings.map((each, index) => finding(each, index === 0 ? ranks.cause : ranks.log));
}

const task = 'task';

function rolloutOf(input: EvidenceInput): Evidence {
  const { stoppedReason = '', stopCode = '', containerReason = '', exitCode, events = [], log = '' } = input;
  const hasStopped = Boolean(stoppedReason || stopCode || containerReason || exitCode !== undefined);
  const container = { name: 'container', exitCode, reason: containerReason };
  const stopped = { taskArn: task, stopCode, stoppedReason, stoppedAt: undefined, containers: [container] };
  const messages = typeof events === 'string' ? events.split(/[\r\n]+/) : events;
  return {
    takenAt: 0,
    stoppedTasks: hasStopped ? [stopped] : [],
    serviceEvents: messages.filter(Boolean).map((message) => ({ at: Number.POSITIVE_INFINITY, message })),
    logLines: log ? [{ task, lines: typeof log === 'string' ? [log] : [...log] }] : [],
  };
}

const texts = ['stoppedReason', 'stopCode', 'containerReason', 'apiError', 'gitError', 'registryError'] as const;
const manyLines = ['events', 'log', 'buildLog'] as const;

/**
 * Evidence from outside. Events may be objects with a `message`, and an error may be one with `name` and `message`,
 * as AWS's own answers are. @throws DeployError EvidenceUnreadable
 */
export function parseEvidence(json: string): EvidenceInput {
  const value = parse(json);
  const given: Record<string, unknown> = { ...value };
  for (const key of texts) given[key] = asText(key, value[key]);
  for (const key of manyLines) given[key] = asLines(key, value[key]);
  given.exitCode = asNumber('exitCode', value.exitCode);
  return given as EvidenceInput;
}

function parse(json: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw fail('EvidenceUnreadable', 'it is not JSON', (error as Error).message);
  }
  if (!isObject(value)) throw fail('EvidenceUnreadable', 'it must be one JSON object', '');
  return value;
}

function asText(key: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (!isObject(value)) throw fail('EvidenceUnreadable', `${key} must be a text`, '');
  const { name, code, __type: type, message } = value;
  return [name ?? code ?? type, message].filter((each) => typeof each === 'string').join(': ');
}

function asLines(key: string, value: unknown): string[] | string | undefined {
  if (!Array.isArray(value)) return asText(key, value);
  return value.map((each) => asText(key, each) ?? '');
}

function asNumber(key: string, value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const number = Number(value);
  if (typeof value === 'object' || !Number.isInteger(number)) {
    throw fail('EvidenceUnreadable', `${key} must be a whole number`, '');
  }
  return number;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
