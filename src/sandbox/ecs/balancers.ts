import { createLoadBalancer, type LoadBalancer } from '../loadBalancer.ts';
import { containersOf } from './containerOptions.ts';
import { type EcsState, findTaskDefinition, type StoredService, type StoredTask } from './state.ts';

/** The tag of a service that names the path its load balancer asks. */
export const healthPathTag = 'deployotron:health-path';

/** For services that set no grace period: AWS has none, and the first bad answers of a slow start would end the task. */
const defaultGraceSeconds = 15;

export type Balancers = ReturnType<typeof createBalancers>;

/** The load balancers of all services. `onHealth` hears that the health of one of a service's tasks has changed. */
export function createBalancers(
  state: EcsState,
  say: (service: StoredService, what: string) => void,
  onHealth: (service: StoredService) => void,
) {
  const open = new Map<string, LoadBalancer>();

  function note(service: StoredService, task: StoredTask | undefined, healthy: boolean, reason: string): void {
    if (task?.target === undefined) return;
    const { target } = task;
    target.health = healthy ? 'healthy' : 'unhealthy';
    const where = `(port ${target.containerPort}) is unhealthy in (target-group ${service.targetGroupArn})`;
    if (!healthy) say(service, `${where} due to (reason ${reason})`);
    onHealth(service);
  }

  const serviceOf = (task: StoredTask) => state.services[String(task.service)];

  return {
    /** Opens the service's local URL, where it has a port to send requests to. The port stays the same over restarts. */
    async open(service: StoredService): Promise<void> {
      if (open.has(service.arn) || !hasPort(state, service)) return;
      const balancer = createLoadBalancer({
        healthPath: () => state.tags[service.arn]?.find((tag) => tag.key === healthPathTag)?.value,
        graceMs: () => (service.healthCheckGracePeriodSeconds ?? defaultGraceSeconds) * 1000,
        onHealth: (id, healthy, reason) => note(service, state.tasks[id], healthy, reason),
      });
      open.set(service.arn, balancer);
      const before = service.port;
      service.port = await balancer.listen(before);
      if (before !== undefined && before !== service.port)
        say(service, `could not keep its local port ${before}, which is taken, and moved to port ${service.port}.`);
    },

    register(task: StoredTask): void {
      const service = serviceOf(task);
      if (service === undefined || task.target === undefined) return;
      const known = task.target.health === 'healthy';
      open.get(service.arn)?.register(task.id, task.target.hostPort, known);
      if (!known) say(service, `registered 1 targets in (target-group ${service.targetGroupArn})`);
    },

    /** Resolves once the task's last request has ended. */
    async deregister(task: StoredTask): Promise<void> {
      const service = serviceOf(task);
      if (service === undefined) return;
      say(service, 'has begun draining connections on 1 tasks.');
      say(service, `deregistered 1 targets in (target-group ${service.targetGroupArn})`);
      await open.get(service.arn)?.deregister(task.id);
    },

    async close(service: StoredService): Promise<void> {
      const balancer = open.get(service.arn);
      open.delete(service.arn);
      await balancer?.close();
    },

    async closeAll(): Promise<void> {
      await Promise.all([...open.values()].map((one) => one.close()));
      open.clear();
    },
  };
}

function hasPort(state: EcsState, service: StoredService): boolean {
  const [primary] = service.rollout.deployments;
  const definition = primary && findTaskDefinition(state, primary.taskDefinition);
  return definition !== undefined && containersOf(definition).some((one) => (one.portMappings ?? []).length > 0);
}
