import { isLoopback } from '../services/aws.ts';
import type { Project } from '../shared/models.ts';
import { ensureSandbox } from './sandbox.ts';
import type { Session } from './session.ts';

/** True when the project goes to the sandbox on this computer. */
export function goesToSandbox({ options }: Project): boolean {
  return options.endpoint !== undefined && isLoopback(options.endpoint);
}

/** The project with a target that answers: its sandbox is started when it does not run, at whatever port it then has. */
export async function readyTarget(session: Session, project: Project): Promise<Project> {
  if (!goesToSandbox(project)) return project;
  const endpoint = await ensureSandbox(session);
  if (endpoint === project.options.endpoint) return project;
  const app = await session.app();
  return app.updateProject(project.id, { options: { ...project.options, endpoint } });
}
