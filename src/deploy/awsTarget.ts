import type { AwsTarget } from '../services/aws.ts';
import type { Host } from '../shared/host.ts';
import type { Project } from '../shared/models.ts';
import { storedAwsKeys } from '../storage/credentials.ts';

/** Which AWS a project means: its own setting wins over the one for all. */
export function awsTargetOf(project: Project, host: Host): AwsTarget {
  const { region, endpoint, profile } = host.settings();
  const own = project.options;
  return {
    region: own.region ?? region,
    endpoint: own.endpoint ?? endpoint,
    profile: own.profile ?? profile,
    keys: () => storedAwsKeys(host.secrets),
  };
}
