import { messageOf } from '../shared/errors.ts';
import type { Host } from '../shared/host.ts';
import { metricsOf } from '../shared/metrics.ts';
import type { Deployment, Project } from '../shared/models.ts';
import type { Progress } from '../shared/progress.ts';
import type { RunningDeployment } from './orchestrator.ts';

/** Sends each deployment that ends where the settings say; nothing waits for it but the end of the process. */
export function traceExporter(host: Host, progressOf: (id: string) => Promise<Progress | undefined>) {
  const sending = new Set<Promise<void>>();

  const send = async (record: Deployment, project: Project): Promise<void> => {
    const endpoint = host.settings().otlpEndpoint;
    const progress = endpoint ? await progressOf(record.id) : undefined;
    if (!progress) return;
    const { sendTrace } = await import('../services/traces.ts');
    await sendTrace(endpoint, metricsOf(record, project, progress), progress);
  };
  return {
    /** Answers with the deployment itself, at once. */
    trace(project: Project, running: RunningDeployment): RunningDeployment {
      const sent = running.done
        .then((record) => send(record, project))
        .catch((error) => host.log(`The trace of this deployment could not be sent: ${messageOf(error)}`))
        .finally(() => sending.delete(sent));
      sending.add(sent);
      return running;
    },
    /** Until all are sent, or given up after a few seconds. */
    async settled(): Promise<void> {
      await Promise.all(sending);
    },
  };
}
