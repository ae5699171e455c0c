/**
 * One action of an AWS service, as the wire has it: a JSON object in, a JSON object out.
 * Throws AwsError for what AWS itself would refuse; anything else that is thrown is a bug and answers 500.
 */
// The sandbox checks what it reads of an input; what it does not read is passed through as AWS does.
// biome-ignore lint/suspicious/noExplicitAny: the wire's shapes are AWS's, and each action checks the part that it reads.
export type Action = (input: any) => Promise<object> | object;

/** The actions of one service by name, such as `CreateCluster`. */
export type ActionTable = Record<string, Action>;

/** A refusal in AWS's words: `code` is the exception's name, such as `ClusterNotFoundException`. */
export class AwsError extends Error {
  readonly code: string;
  /** HTTP status: 400 for a client's mistake, 500 for the service's own. */
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Where containers' output goes: CloudWatch Logs, as the `awslogs` log driver writes to it. */
export interface LogSink {
  /** @throws AwsError ResourceNotFoundException when the group does not exist. */
  createLogStream(group: string, stream: string): void;
  /** Creates the group when it is missing (`awslogs-create-group`). */
  ensureLogGroup(group: string): void;
  hasLogGroup(group: string): boolean;
  /** `timestamp` in milliseconds since 1970. */
  put(group: string, stream: string, events: { timestamp: number; message: string }[]): void;
}

/** A JSON document on disk that one part of the sandbox keeps its state in; saved atomically. */
export interface Saved<T> {
  readonly value: T;
  /** Writes `value` to disk (temp file, fsync, rename), at most one write at a time, the last one wins. */
  save(): Promise<void>;
}

/** The sandbox's account and region stand in every ARN. */
export const accountId = '000000000000';
export const region = 'us-east-1';
