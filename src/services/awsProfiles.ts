import { loadSharedConfigFiles } from '@smithy/core/config';

export interface AwsProfile {
  name: string;
  /** What kind it is, for people; never a key. */
  says: string;
}

/** The profiles of ~/.aws (or AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE), by name. */
export async function awsProfiles(): Promise<AwsProfile[]> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  const names = new Set(
    [...Object.keys(credentialsFile), ...Object.keys(configFile)].filter((name) => !/\./.test(name)),
  );
  return [...names].sort().map((name) => {
    const entry = { ...configFile[name], ...credentialsFile[name] };
    return { name, says: [kindOf(entry), entry.region].filter(Boolean).join(', ') };
  });
}

function kindOf(entry: Partial<Record<string, string>>): string {
  if (entry.sso_session || entry.sso_start_url) return 'SSO';
  if (entry.role_arn) return 'role';
  if (entry.credential_process) return 'credential process';
  if (entry.login_session) return 'login';
  return entry.aws_access_key_id ? 'access keys' : '';
}
