import type { RemedyAction } from './errors.ts';

/** One failure in words; `detail` is what the tool itself said. */
export type Entry = { message: string; remedy: string; action?: RemedyAction; detail?: string };

/**
 * Every way in which things go wrong: a sentence and a remedy. The key is the failure's code.
 * A `detail` argument is what the tool itself said.
 */
export const catalogue = {
  // The request
  InvalidName: (what: string, value: string, rule: string): Entry => ({
    message: `${what} ${quote(value)} cannot be used: ${rule}.`,
    remedy: 'Choose another name.',
    action: 'edit-project',
  }),
  InvalidOption: (what: string, value: string, rule: string): Entry => ({
    message: `${what} ${quote(value)} is not valid: ${rule}.`,
    remedy: 'Correct the value and try again.',
    action: 'edit-project',
  }),
  Usage: (message: string, remedy: string): Entry => ({ message, remedy }),
  ProjectNotFound: (name: string): Entry => ({
    message: `There is no project ${quote(name)}.`,
    remedy: 'List the projects with `deployotron projects list`, or add it with `deployotron projects add`.',
  }),
  ProjectExists: (name: string): Entry => ({
    message: `There is already a project ${quote(name)}.`,
    remedy: 'Choose another name, or change the one that is there with `deployotron projects update`.',
  }),
  DeploymentNotFound: (id: string): Entry => ({
    message: `There is no deployment ${quote(id)}.`,
    remedy: 'List the deployments with `deployotron history`.',
  }),
  NothingToRollBackTo: (project: string): Entry => ({
    message: `Project ${quote(project)} has no earlier successful deployment to go back to.`,
    remedy: 'Fix the cause and deploy again.',
  }),
  AlreadyDeploying: (service: string, holder: string): Entry => ({
    message: `Service ${quote(service)} is being deployed already, by ${holder}.`,
    remedy: 'Wait until that deployment has ended, or cancel it first.',
    action: 'show-running',
  }),
  Cancelled: (): Entry => ({
    message: 'The deployment was cancelled.',
    remedy: 'Deploy again when you are ready.',
    action: 'retry',
  }),
  Interrupted: (): Entry => ({
    message: 'The program that ran this deployment ended before the deployment did.',
    remedy: 'Deploy again; what had been left behind is cleaned up.',
    action: 'retry',
  }),

  // Storage
  DatabaseNewer: (path: string): Entry => ({
    message: `The history in ${path} was written by a newer version of Deployotron.`,
    remedy: 'Update Deployotron; the file is left as it is.',
  }),
  DatabaseBusy: (path: string, holder: string): Entry => ({
    message: `${path} is in use by ${holder}, and stayed so for 10 seconds.`,
    remedy: 'End that program, or try again.',
    action: 'retry',
  }),
  DiskFull: (path: string): Entry => ({
    message: `The disk is full: ${path} could not be written.`,
    remedy: 'Free some space (`docker system prune` often helps) and try again; nothing that was stored is lost.',
    action: 'retry',
  }),
  StorageNotWritable: (path: string, detail: string): Entry => ({
    message: `${path} could not be written.`,
    remedy: 'Check the rights of the folder, or name another one with DEPLOYOTRON_HOME.',
    detail,
  }),

  // Source
  FolderNotFound: (path: string): Entry => ({
    message: `The folder ${quote(path)} does not exist.`,
    remedy: 'Check the path.',
    action: 'edit-project',
  }),
  GitMissing: (): Entry => ({
    message: 'git is not installed, or not on the PATH.',
    remedy: 'Install git (https://git-scm.com) and try again.',
  }),
  RepositoryUrlRefused: (url: string): Entry => ({
    message: `${quote(url)} is not a repository address that Deployotron opens.`,
    remedy: 'Use https://…, ssh://…, git@host:path, or the path of a local folder.',
    action: 'edit-project',
  }),
  RepositoryNotFound: (url: string, detail: string): Entry => ({
    message: `The repository ${quote(url)} was not found.`,
    remedy: 'Check the address; a private repository also needs git credentials.',
    action: 'edit-project',
    detail,
  }),
  RepositoryUnreachable: (url: string, detail: string): Entry => ({
    message: `The server of ${quote(url)} could not be reached.`,
    remedy: 'Check the address and your network, then try again.',
    action: 'retry',
    detail,
  }),
  GitAuthenticationFailed: (url: string, detail: string): Entry => ({
    message: `The server of ${quote(url)} did not accept the git credentials.`,
    remedy: 'Set a token that may read this repository (`DEPLOYOTRON_GIT_TOKEN`), or check your ssh key.',
    action: 'set-git-credentials',
    detail,
  }),
  BranchNotFound: (branch: string, url: string): Entry => ({
    message: `There is no branch or tag ${quote(branch)} in ${quote(url)}.`,
    remedy: 'Check the name of the branch.',
    action: 'edit-project',
  }),
  EmptyRepository: (url: string): Entry => ({
    message: `The repository ${quote(url)} has no commit yet.`,
    remedy: 'Commit and push something first.',
  }),
  CloneTimedOut: (url: string, minutes: number): Entry => ({
    message: `Cloning ${quote(url)} took longer than ${minutes} minutes.`,
    remedy: 'Try again on a faster network, or raise the limit in the settings.',
    action: 'retry',
  }),
  GitFailed: (detail: string): Entry => ({
    message: 'git ended with an error.',
    remedy: 'Read what git said in the log, correct it and try again.',
    action: 'show-log',
    detail,
  }),
  SourceUnreadable: (path: string, detail: string): Entry => ({
    message: `${quote(path)} of the source could not be read.`,
    remedy: 'Check the rights of the file, or name it in .dockerignore.',
    detail,
  }),
  GitHostUnknown: (url: string, detail: string): Entry => ({
    message: `This computer does not know the ssh server of ${quote(url)}, or its key has changed.`,
    remedy: 'Connect to it once with `ssh` and check its key, then try again.',
    detail,
  }),
  GitCertificateRefused: (url: string, detail: string): Entry => ({
    message: `git does not trust the certificate of the server of ${quote(url)}.`,
    remedy: 'If it is a company’s own, name its file with `git config --global http.sslCAInfo <file>`.',
    detail,
  }),

  // Recognition and image
  NotRecognised: (lookedAt: string): Entry => ({
    message: `No kind of web project was recognised here. Looked at: ${lookedAt}.`,
    remedy: 'Add a Dockerfile, or deploy the folder that holds the app.',
    action: 'edit-project',
  }),
  InvalidManifest: (file: string, detail: string): Entry => ({
    message: `${file} could not be read.`,
    remedy: `Correct ${file} and try again.`,
    detail,
  }),
  NoStartCommand: (lookedAt: string): Entry => ({
    message: `It is not clear how this app is started. Looked at: ${lookedAt}.`,
    remedy: 'Add a `start` script, or name the command with --start-command.',
    action: 'edit-project',
  }),
  DockerNotRunning: (detail: string): Entry => ({
    message: 'Docker is not running.',
    remedy: 'Start Docker Desktop (or the Docker service) and try again.',
    action: 'retry',
    detail,
  }),
  DockerNotAllowed: (detail: string): Entry => ({
    message: 'You may not use the Docker engine of this computer.',
    remedy: 'Add your user to the group `docker` and log in again, or use rootless Docker.',
    detail,
  }),
  DockerNotAnswering: (seconds: number): Entry => ({
    message: `Docker accepts connections but has not answered for ${seconds} seconds.`,
    remedy: 'Restart Docker and try again.',
    action: 'retry',
  }),
  DockerLost: (detail: string): Entry => ({
    message: 'The connection to Docker broke off.',
    remedy: 'Check that Docker is still running, then try again.',
    action: 'retry',
    detail,
  }),
  /** `telling` are the lines of the build's log that say why. */
  BuildFailed: (step: string, telling: string): Entry => ({
    message: step ? `The image could not be built: ${quote(step)} failed.` : 'The image could not be built.',
    remedy: 'Read the lines below, correct the cause and deploy again.',
    action: 'show-log',
    detail: telling,
  }),
  DockerfileInvalid: (detail: string): Entry => ({
    message: 'The Dockerfile has a mistake.',
    remedy: 'Correct the line that is named below.',
    action: 'show-log',
    detail,
  }),
  BaseImageUnavailable: (image: string, detail: string): Entry => ({
    message: `The base image ${quote(image)} could not be fetched.`,
    remedy: 'Check its name, your network and whether its registry wants a login.',
    action: 'retry',
    detail,
  }),
  BuildTimedOut: (minutes: number): Entry => ({
    message: `The build took longer than ${minutes} minutes.`,
    remedy: 'See in the log where it stands still, or raise the limit in the settings.',
    action: 'show-log',
  }),
  BuildSilent: (minutes: number): Entry => ({
    message: `The build has said nothing for ${minutes} minutes.`,
    remedy: 'See in the log where it stands still; a command that waits for input never ends in a build.',
    action: 'show-log',
  }),
  DockerFailed: (detail: string): Entry => ({
    message: 'Docker ended with an error.',
    remedy: 'Read what Docker said, correct it and try again.',
    action: 'show-log',
    detail,
  }),

  // Registry
  RegistryRefused: (registry: string, detail: string): Entry => ({
    message: `The registry ${registry} did not accept the login.`,
    remedy: 'Deploy again; if it stays so, check the rights ecr:GetAuthorizationToken and ecr:PutImage.',
    action: 'retry',
    detail,
  }),
  RegistryUnreachable: (registry: string, detail: string): Entry => ({
    message: `The registry ${registry} could not be reached.`,
    remedy: 'Check your network, then try again; what was pushed already is kept.',
    action: 'retry',
    detail,
  }),
  RegistryFailed: (registry: string, detail: string): Entry => ({
    message: `The registry ${registry} answered with an error, again and again.`,
    remedy: 'Wait a little and try again; what was pushed already is kept.',
    action: 'retry',
    detail,
  }),
  RegistrySilent: (registry: string, seconds: number): Entry => ({
    message: `The registry ${registry} has taken no byte for ${seconds} seconds.`,
    remedy: 'Check your network, then try again; what was pushed already is kept.',
    action: 'retry',
  }),
  ImageTagImmutable: (tag: string): Entry => ({
    message: `The registry holds another image under the tag ${quote(tag)} and does not allow it to be replaced.`,
    remedy: 'Commit the change and deploy again: a new commit gets a new tag.',
  }),
  RegistryRepositoryMissing: (repository: string, detail: string): Entry => ({
    message: `There is no repository ${quote(repository)} in the registry.`,
    remedy: 'Deploy again, which creates it; if it stays so, check the region and the right ecr:CreateRepository.',
    action: 'retry',
    detail,
  }),

  // AWS
  AwsCredentialsMissing: (detail: string): Entry => ({
    message: 'No AWS credentials were found.',
    remedy: 'Run `aws configure` or `aws sso login`, or try it all without an account: `deployotron sandbox start`.',
    action: 'set-aws-credentials',
    detail,
  }),
  AwsCredentialsExpired: (detail: string): Entry => ({
    message: 'The AWS credentials have expired.',
    remedy: 'Renew them (`aws sso login`, or new keys) and try again.',
    action: 'set-aws-credentials',
    detail,
  }),
  AwsCredentialsInvalid: (detail: string): Entry => ({
    message: 'AWS did not accept the credentials.',
    remedy: 'Check the access key and its secret, and that the clock of this computer is right.',
    action: 'set-aws-credentials',
    detail,
  }),
  AwsAccessDenied: (what: string, detail: string): Entry => ({
    message: `These AWS credentials may not do ${what}.`,
    remedy: `Ask for a policy that allows ${what}.`,
    detail,
  }),
  AwsThrottled: (what: string, detail: string): Entry => ({
    message: `AWS is limiting the rate of ${what}, and went on doing so.`,
    remedy: 'Wait a minute and try again.',
    action: 'retry',
    detail,
  }),
  AwsUnreachable: (endpoint: string, detail: string): Entry => ({
    message: `${endpoint || 'AWS'} could not be reached.`,
    remedy: endpoint
      ? 'Check that it runs (the local sandbox: `deployotron sandbox start`), then try again.'
      : 'Check your network and the region, then try again.',
    action: 'retry',
    detail,
  }),
  AwsUnreadable: (what: string): Entry => ({
    message: `AWS gave an unreadable answer to ${what}.`,
    remedy: 'Try again; a proxy on the way may also be the cause.',
    action: 'retry',
  }),
  AwsFailed: (what: string, detail: string): Entry => ({
    message: `AWS could not do ${what}.`,
    remedy: 'Try again; if it stays so, look at the AWS Health Dashboard.',
    action: 'retry',
    detail,
  }),
  AwsRejected: (what: string, detail: string): Entry => ({
    message: `AWS refused ${what}: ${detail}`,
    remedy: 'Correct what AWS names and try again.',
    action: 'edit-project',
  }),
  RevisionGone: (revision: string): Entry => ({
    message: `The task definition ${quote(revision)} is no longer active in ECS, so there is no way back to it.`,
    remedy: 'Check out that commit and deploy it again.',
  }),
  NetworkConfigurationMissing: (): Entry => ({
    message: 'A new service needs to know its subnets.',
    remedy: 'Name them with --subnets (and --security-groups), or create the service first and deploy onto it.',
    action: 'edit-project',
  }),
  ServiceGone: (service: string): Entry => ({
    message: `The service ${quote(service)} was deleted while it was being deployed.`,
    remedy: 'Find out who deleted it; deploying again creates it anew.',
    action: 'retry',
  }),
  ServiceDraining: (service: string): Entry => ({
    message: `The service ${quote(service)} is just being deleted.`,
    remedy: 'Wait a few minutes until AWS has removed it, then deploy again.',
    action: 'retry',
  }),
  ServiceNotRunnable: (service: string, detail: string): Entry => ({
    message: `The service ${quote(service)} cannot be updated by Deployotron: ${detail}.`,
    remedy: 'Name another service, or change its deployment controller to ECS.',
    action: 'edit-project',
  }),

  // Verdicts of a rollout other than success
  RolloutFailed: (service: string, cause: string, remedy: string, detail: string): Entry => ({
    message: `${quote(service)} did not come up: ${cause}`,
    remedy,
    action: 'show-log',
    detail,
  }),
  RolledBack: (service: string, cause: string, remedy: string, detail: string): Entry => ({
    message: `${quote(service)} was rolled back to the version before: ${cause}`,
    remedy,
    action: 'show-log',
    detail,
  }),
  Superseded: (service: string, by: string): Entry => ({
    message: `A newer deployment of ${quote(service)} took the place of this one${by ? ` (${by})` : ''}.`,
    remedy: 'Look at the newer deployment.',
  }),
  RolloutTimedOut: (service: string, minutes: number, state: string, detail: string): Entry => ({
    message: `${quote(service)} was not healthy after ${plural(minutes, 'minute')}; ECS is still going on (${state}).`,
    remedy: 'Look again with `deployotron status`, or raise the limit with --rollout-minutes.',
    action: 'retry',
    detail,
  }),
  RolloutUnknown: (service: string, detail: string): Entry => ({
    message: `AWS could not be asked how the deployment of ${quote(service)} ended; it goes on without us.`,
    remedy: 'Look again with `deployotron status` when AWS is reachable.',
    action: 'retry',
    detail,
  }),

  // Sandbox
  SandboxPortTaken: (port: number): Entry => ({
    message: `Port ${port} is in use by another program, so the sandbox cannot start there.`,
    remedy: 'End that program, or choose another port with --port.',
  }),
  SandboxNotStarted: (detail: string): Entry => ({
    message: 'The sandbox did not start.',
    remedy: 'Read what it said, and check with `deployotron doctor`.',
    detail,
  }),
  SandboxNotRunning: (): Entry => ({
    message: 'The sandbox is not running.',
    remedy: 'Start it with `deployotron sandbox start`.',
    action: 'start-sandbox',
  }),
  SandboxStateNewer: (path: string): Entry => ({
    message: `The sandbox's state in ${path} was written by a newer version of Deployotron.`,
    remedy: 'Update Deployotron, or remove that sandbox with `deployotron sandbox stop`.',
  }),
  SandboxStateUnreadable: (path: string): Entry => ({
    message: `The sandbox's state in ${path} cannot be read, nor can its last good copy.`,
    remedy: 'Remove that sandbox with `deployotron sandbox stop` and start a new one.',
  }),
  SandboxNotStopped: (detail: string): Entry => ({
    message: 'The sandbox could not be removed completely.',
    remedy: 'Check that Docker runs, then repeat `deployotron sandbox stop`.',
    detail,
  }),

  // What nobody foresaw
  Unexpected: (detail: string): Entry => ({
    message: 'Something went wrong that Deployotron does not know.',
    remedy: 'Try again; if it stays so, please report it with the log.',
    action: 'show-log',
    detail,
  }),
};

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Quotes a value from outside on one line, so that it cannot pass for part of our sentence. */
function quote(value: string): string {
  const line = value.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return `“${line.length > 120 ? `${line.slice(0, 119)}…` : line}”`;
}
