/** What holds for all projects; VS Code's settings and the CLI's flags and environment both become this. */
export interface Settings {
  region: string;
  /** Another AWS than the public one, such as the local sandbox; a URL, or empty. */
  endpoint: string;
  /** Name of a profile in ~/.aws, or empty for the usual chain. */
  profile: string;
  /** Where base images come from, such as `public.ecr.aws/docker/library` or a company's mirror; empty: Docker Hub. */
  baseImageRegistry: string;
  /** Whether layers with dependencies are kept in the project's repository, for builds on computers that have no cache. */
  buildCache: BuildCachePlace;
  /** Minutes that a rollout is watched before the verdict is `timedout`. */
  rolloutMinutes: number;
  cloneMinutes: number;
  buildMinutes: number;
  /** Id of a model of the Claude API. */
  claudeModel: string;
  /** The most tokens of one answer; thinking counts too. */
  claudeMaxTokens: number;
  /** Another address of the Claude API, such as a company's gateway; empty: ANTHROPIC_BASE_URL, else the public one. */
  claudeBaseUrl: string;
  /** What to do as soon as a rollout is certain to fail: `never` waits for ECS's own circuit breaker. */
  rollbackOnCertainFailure: RollbackPolicy;
  /** So many days, and so many deployments of each project, are kept with their logs; 0 keeps all. */
  keepDays: number;
  keepDeployments: number;
  /** Base URL of an OpenTelemetry receiver (OTLP over HTTP), to which each deployment goes as a trace; empty: to none. */
  otlpEndpoint: string;
}

export const buildCachePlaces = ['none', 'registry'] as const;
export type BuildCachePlace = (typeof buildCachePlaces)[number];

export const rollbackPolicies = ['always', 'ask', 'never'] as const;
export type RollbackPolicy = (typeof rollbackPolicies)[number];

export const defaultSettings: Settings = {
  region: 'us-east-1',
  endpoint: '',
  profile: '',
  baseImageRegistry: '',
  buildCache: 'none',
  rolloutMinutes: 5,
  cloneMinutes: 10,
  buildMinutes: 30,
  claudeModel: 'claude-opus-5-5',
  claudeMaxTokens: 16_000,
  claudeBaseUrl: '',
  rollbackOnCertainFailure: 'always',
  keepDays: 0,
  keepDeployments: 0,
  otlpEndpoint: '',
};
