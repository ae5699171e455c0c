import { fail, messageOf } from '../shared/errors.ts';
import type { Host } from '../shared/host.ts';
import { metricsOf } from '../shared/metrics.ts';
import type { Deployment, Project } from '../shared/models.ts';
import type { Progress } from '../shared/progress.ts';
import type { RunningDeployment } from './orchestrator.ts';

/** Sends each deployment that ends where the settings say; nothing waits for it but the end of the process. */
export function traceExporter(host: Host, progressOf: (id: string) => Promise<Progress | undefined>) {
  const sending = new Set<Promise<unknown>>();

  /** False where no receiver is set, or nobody kept the events. */
  const send = async (record: Deployment, project: Project | undefined): Promise<boolean> => {
    const endpoint = host.settings().otlpEndpoint;
    const progress = endpoint ? await progressOf(record.id) : undefined;
    if (!progress) return false;
    const { sendTrace } = await import('../services/traces.ts');
    await sendTrace(endpoint, metricsOf(record, project, progress), progress).catch((error) => {
      throw fail('TraceNotSent', endpoint, messageOf(error));
    });
    return true;
  };
  return {
    send,
    /** Answers with the deployment itself, at once. */
    trace(project: Project, running: RunningDeployment): RunningDeployment {
      const sent = running.done
        .then((record) => send(record, project))
        .catch((error) => host.log(messageOf(error)))
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
