import { AwsError } from './action.ts';

/** A group by its name or its ARN. */
export function groupNameOf(nameOrArn: unknown): string {
  return String(nameOrArn).replace(/^arn:aws[a-z-]*:logs:[^:]*:\d*:log-group:([^:]+)(:.*)?$/, '$1');
}

export function invalid(what: string, value: unknown): AwsError {
  return new AwsError(
    'InvalidParameterException',
    `1 validation error detected: Value '${value}' at '${what}' failed to satisfy constraint`,
  );
}

/** @throws AwsError ResourceNotFoundException */
export function missing(what: 'group' | 'stream'): never {
  throw new AwsError('ResourceNotFoundException', `The specified log ${what} does not exist.`);
}

export function alreadyExists(what: 'group' | 'stream'): string {
  return `The specified log ${what} already exists`;
}

/** What a record holds itself, not what every object has. */
export function own<T>(record: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
