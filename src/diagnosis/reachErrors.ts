import type { TextRule } from './rule.ts';

const servers: Record<string, string> = {
  5432: 'PostgreSQL database',
  3306: 'MySQL database',
  1433: 'SQL Server database',
  27017: 'MongoDB database',
  6379: 'Redis server',
  5672: 'RabbitMQ server',
  9092: 'Kafka server',
  11211: 'Memcached server',
};

const allowFile =
  'Give the user of the image that right with chown or chmod in the Dockerfile, or let the app write below /tmp.';

const twoServers = 'Look for what starts the server twice, or give each container of the task a port of its own.';

/** What the app could not open or reach: ports, servers, names, files. */
export const reachErrors: readonly TextRule[] = [
  {
    id: 'L60',
    match:
      /(?:EACCES: permission denied|bind\(\) to|listen tcp)[^\n]*?:(\d+)\b[^\n]*?(?:[Pp]ermission denied)|listen EACCES[^\n]*?:(\d+)\b/,
    cause: (name) => `the app may not open port ${name()}: below 1024 only root may.`,
    remedy: 'Let the app listen on a port such as 8080 and set the port of the project to it.',
  },
  {
    id: 'L61',
    match:
      /EADDRINUSE[^\n]*?:(\d{2,5})\b|address already in use[^\n]*?:(\d{2,5})\b|:(\d{2,5})\b[^\n]*address already in use|port (\d{2,5}) (?:was|is) already in use/i,
    cause: (name) => `the app could not open port ${name()}, because something in the same task listens there already.`,
    remedy: twoServers,
  },
  {
    // Node repeats the code below, where the port stands on a line of its own.
    id: 'L61',
    match: /EADDRINUSE|address already in use/i,
    cause: 'the app could not open its port, because something in the same task listens there already.',
    remedy: twoServers,
    general: true,
    certainty: 'likely',
  },
  {
    id: 'L62',
    match: /ECONNREFUSED ([\w.:[\]-]+?):(\d{2,5})\b|ECONNREFUSED[\s\S]{0,600}?address: '([^'\n]+)',?\s*port: (\d+)/,
    ...unreachable(),
  },
  {
    id: 'L63',
    match:
      /connection to server at "([^"\n]+)"[^\n]*?port (\d+) failed|Can't reach database server at `([^`\n]+)`?:`?(\d+)|Can't connect to (?:MySQL )?server on '([^':\n]+):?(\d*)|connecting to ([\w.-]+):(\d+)\. (?:Connection refused|Name or service)|Connection to ([\w.-]+):(\d+) refused|Is the server running on host "([^"\n]+)"[\s\S]{0,80}?on port (\d+)/,
    ...unreachable(),
  },
  {
    id: 'L64',
    match: /dial tcp (\[?[\w.:-]+?\]?):(\d+):[^\n]*(?:refused|timeout)|connect ETIMEDOUT ([\w.:[\]-]+?):(\d+)/,
    ...unreachable(),
  },
  {
    id: 'L65',
    match:
      /getaddrinfo (?:ENOTFOUND|EAI_AGAIN) ([\w.-]+)|could not translate host name "([^"\n]+)"|lookup ([\w.-]+)[^\n]*: no such host|UnknownHostException: ([\w.-]+)|host not found in upstream "([\w.-]+)/,
    cause: (name) => `the app looks for a server named ${name()}, and there is no such name here.`,
    remedy:
      'Give the app the real host name in an environment variable (such as DATABASE_URL): the names of a docker-compose file do not exist on ECS.',
  },
  {
    id: 'L66',
    match:
      /ECONNREFUSED|[Cc]onnection refused|could not connect to server|MongoServerSelectionError|ConnectTimeoutError/,
    cause: 'the app cannot reach a server that it needs, such as its database.',
    remedy:
      'Check the address that the app is given, that the server runs, and that its security group lets the task in.',
    general: true,
    certainty: 'likely',
  },
  {
    id: 'L69',
    match: /Name or service not known|Temporary failure in name resolution|nodename nor servname|EAI_AGAIN|ENOTFOUND/,
    cause: 'the app looks for a server whose name is not known here.',
    remedy:
      'Give the app the real host name in an environment variable (such as DATABASE_URL), and check that DNS is on in the VPC.',
    general: true,
    certainty: 'likely',
  },
  {
    id: 'L67',
    match: /EROFS: read-only file system, \w+ '([^'\n]+)'|Read-only file system:? '?([^'\n]*)/,
    cause: (name) => `the app wants to write ${name()}, but the file system of its container is read-only.`,
    remedy: 'Let it write to a mounted volume, or turn readonlyRootFilesystem off.',
  },
  {
    id: 'L68',
    match:
      /EACCES: permission denied, \w+ '([^'\n]+)'|\[Errno 13\] Permission denied: '([^'\n]+)'|(\/[\w./-]{1,200}): [Pp]ermission denied|open(?:\(\))? "?([\w./-]{1,200})"? failed \(13: Permission denied\)|open ([\w-]*[./][\w./-]{1,200}): permission denied/,
    cause: (name) => `the app has no right to use ${name()} (permission denied).`,
    remedy: allowFile,
  },
  {
    id: 'L70',
    match: /[Pp]ermission denied/,
    cause: 'the app has no right to do something that it needs (permission denied).',
    remedy: allowFile,
    general: true,
    certainty: 'possible',
  },
];

/** The first group is the host, the second the port. */
function unreachable(): Pick<TextRule, 'cause' | 'remedy'> {
  return {
    cause: (name) =>
      isHere(name(1))
        ? `the app looks for its ${server(name(2))} at ${address(name)}, which inside the container is the container itself.`
        : `the app cannot reach its ${server(name(2))} at ${address(name)}.`,
    remedy: (name) =>
      isHere(name(1))
        ? 'Give the app the real address in an environment variable, such as DATABASE_URL.'
        : 'Check the address that the app is given, that the server runs, and that its security group lets the task in.',
  };
}

function address(name: (group?: number) => string): string {
  return [name(1), name(2)].filter(Boolean).join(':') || 'the address that it was given';
}

function server(port: string): string {
  return servers[port] ?? (port ? 'server' : 'database');
}

function isHere(host: string): boolean {
  return /^(?:localhost|127\.[\d.]+|\[?::1\]?)$/i.test(host);
}
