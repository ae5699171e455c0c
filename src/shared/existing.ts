/** What stands in AWS under a project's names, as far as Terraform can take it over and an estimate counts it. */
export interface Existing {
  cluster: boolean;
  /** `tagsExcluded` are patterns of tags for which the rule of mutability does not hold. */
  repository: { mutability: string; tagsExcluded: readonly string[]; scanOnPush: boolean } | undefined;
  /** Days that logs are kept, 0 for ever; undefined where there is no such log group. */
  logGroup: { name: string; retentionDays: number } | undefined;
  service: ExistingService | undefined;
}

export interface ExistingService {
  taskFamily: string;
  /** CPU units and MiB of its task; 0 where the task names none, as on EC2. */
  cpu: number;
  memory: number;
  cpuArchitecture: string;
  desiredCount: number;
  subnets: readonly string[];
  securityGroups: readonly string[];
  assignPublicIp: boolean;
  /** Empty where capacity providers are named. */
  launchType: string;
  capacityProviders: readonly { provider: string; weight: number; base: number }[];
  targets: readonly { targetGroupArn: string; container: string; port: number }[];
  gracePeriodSeconds: number;
  minimumHealthyPercent: number;
  maximumPercent: number;
  circuitBreaker: { enable: boolean; rollback: boolean };
  platformVersion: string;
  propagateTags: string;
  managedTags: boolean;
  executeCommand: boolean;
  zoneRebalancing: string;
  tags: Readonly<Record<string, string>>;
}
