import * as vscode from 'vscode';
import type { Surroundings } from '../../shared/protocol.ts';
import { noteCredentials, noteDocker } from '../contextKeys.ts';
import { sandboxEndpoint } from '../sandbox.ts';
import type { Session } from '../session.ts';

/** What was found last, shown while it is looked for anew. */
let last: Surroundings = {
  isChecking: true,
  checkedAt: 0,
  host: { kind: 'local', name: '' },
  docker: { ok: false, says: '', remedy: '' },
  git: { ok: false, says: '', remedy: '' },
  sandbox: { isRunning: false, endpoint: '' },
  aws: {
    region: '',
    profile: '',
    endpoint: '',
    account: '',
    identity: '',
    source: 'environment',
    problem: '',
    remedy: '',
  },
  gitTokens: [],
  hasClaudeKey: false,
  storage: 'new',
};

/** Tells what is known, looks, and tells again. */
export async function lookAround(session: Session, told: (surroundings: Surroundings) => void): Promise<void> {
  told({ ...last, isChecking: true });
  const [{ examineDocker, examineGit }, { credentialsStatus }] = await Promise.all([
    import('../../doctor.ts'),
    import('../../credentials.ts'),
  ]);
  const [docker, git, credentials, sandbox, storage] = await Promise.all([
    examineDocker(),
    examineGit(),
    credentialsStatus(session.host),
    sandboxEndpoint(session),
    session.secrets.persistence(),
  ]);
  last = {
    isChecking: false,
    checkedAt: Date.now(),
    host: placeOfHost(),
    docker,
    git,
    sandbox: { isRunning: sandbox !== undefined, endpoint: sandbox ?? '' },
    aws: { ...credentials.aws, endpoint: session.host.settings().endpoint },
    gitTokens: credentials.git,
    hasClaudeKey: credentials.claude,
    storage,
  };
  noteDocker(docker.ok);
  noteCredentials({ aws: credentials.aws.account !== '', claude: credentials.claude });
  told(last);
}

const kinds: Record<string, Surroundings['host']['kind']> = {
  wsl: 'wsl',
  'ssh-remote': 'ssh',
  'dev-container': 'container',
  'attached-container': 'container',
};

/** Where this code runs, and so the Docker that it uses. */
function placeOfHost(): Surroundings['host'] {
  const { remoteName } = vscode.env;
  return remoteName ? { kind: kinds[remoteName] ?? 'remote', name: remoteName } : { kind: 'local', name: '' };
}
