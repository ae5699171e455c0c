import { fail } from '../../shared/errors.ts';
import type { Framework, SourceTree } from '../framework.ts';
import { evidenceAt } from '../manifest.ts';
import { listeningPort } from './port.ts';
import { type Project, readProject } from './project.ts';
import { serverPlan } from './server.ts';
import { findStart } from './start.ts';

/** A package.json with something to start. Throws NoStartCommand, and NotAnApp for what is published to be used by others. */
export const node: Framework = {
  id: 'node',
  async detect(source, wishes) {
    const project = await readProject(source);
    if (!project) return undefined;
    if (!wishes.startCommand) await refuseLibrary(project);
    if (source.outer && !wishes.startCommand && !(await isStarted(project))) return undefined;
    const evidence = [{ file: 'package.json', says: 'a Node project' }];
    const plan = await serverPlan(project, { kind: 'node', label: 'Node', evidence }, wishes);
    // The start script at the root of a workspace starts all of it, or the tools around it.
    return { ...plan, isWeak: project.members.length > 0 && project.home === source };
  },
};

/** A package beside others is an app where a script starts it, or its entry file listens. */
async function isStarted({ source, manifest }: Project): Promise<boolean> {
  const { command, evidence } = await findStart(source, manifest, {});
  return evidence[0]?.file === 'package.json' || (await listensIn(source, command));
}

/**
 * No script starts anything, the entry file listens on nothing, and there is a field such as `exports`, or nothing that
 * it could listen with.
 */
async function refuseLibrary({ source, manifest }: Project): Promise<void> {
  const isAlone = manifest.main !== '' && Object.keys(manifest.dependencies).length === 0;
  const field = manifest.published[0] ?? (isAlone ? 'main' : undefined);
  if (!field || manifest.scripts.start) return;
  const { command } = await findStart(source, manifest, {}).catch(() => ({ command: '' }));
  if (command && (await listensIn(source, command))) return;
  const what = field === 'bin' ? 'a command line tool' : 'a library';
  const { line } = evidenceAt('package.json', manifest.text, `"${field}"`, '');
  const place = `package.json${line ? `:${line}` : ''} ("${field}")`;
  throw fail('NotAnApp', `This package is ${what}`, `${place}, its scripts, and ${command || 'its main file'}`);
}

async function listensIn(source: SourceTree, command: string): Promise<boolean> {
  return (await listeningPort(source, command)).evidence.length > 0;
}
