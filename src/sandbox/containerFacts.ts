import type Dockerode from 'dockerode';

/** What Docker knows of one container now. */
export interface ContainerFacts {
  id: string;
  running: boolean;
  /** Present once it has exited. */
  exitCode?: number;
  outOfMemory: boolean;
  /** What Docker says when it could not start it. */
  error: string;
  health?: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY';
  ip?: string;
  mac?: string;
  /** Container port → port on 127.0.0.1. */
  ports: Record<number, number>;
}

export function factsOf(found: Dockerode.ContainerInspectInfo): ContainerFacts {
  const { State: state, NetworkSettings: network } = found;
  const ended = !state.Running && state.Status !== 'created';
  const health = state.Health?.Status;
  return {
    id: found.Id,
    running: state.Running,
    ...(ended || state.Error !== '' ? { exitCode: state.ExitCode } : {}),
    outOfMemory: state.OOMKilled,
    error: state.Error,
    ...(health === undefined || health === 'none' ? {} : { health: healthStatus(health) }),
    ip: network.Networks?.bridge?.IPAddress || undefined,
    mac: network.Networks?.bridge?.MacAddress || undefined,
    ports: publishedPorts(network.Ports ?? {}),
  };
}

function healthStatus(docker: string): 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY' {
  if (docker === 'healthy') return 'HEALTHY';
  return docker === 'unhealthy' ? 'UNHEALTHY' : 'UNKNOWN';
}

function publishedPorts(ports: Record<string, { HostPort: string }[] | null>): Record<number, number> {
  const published = Object.entries(ports).flatMap(([port, hosts]) =>
    hosts?.[0] ? [[Number.parseInt(port, 10), Number(hosts[0].HostPort)]] : [],
  );
  return Object.fromEntries(published);
}
