import { type Entry, quote } from './entry.ts';

/** What was asked for. */
export const request = {
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
  GeneratedFilesEdited: (files: readonly string[]): Entry => ({
    message: `${files.map(quote).join(', ')} ${files.length === 1 ? 'was' : 'were'} edited, so nothing was written.`,
    remedy: 'Read the differences above; then repeat it with --force, or generate into another folder.',
  }),
  TraceNotSent: (endpoint: string, detail: string): Entry => ({
    message: `The trace of this deployment could not be sent to ${endpoint}.`,
    remedy: 'Check that the receiver runs and takes OTLP over HTTP; then send it with `deployotron export`.',
    detail,
  }),
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
  NotResumable: (status: string): Entry => ({
    message: `There is nothing left to watch: that deployment is ${quote(status)}, or had not reached ECS.`,
    remedy: 'Deploy again.',
    action: 'retry',
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
};
