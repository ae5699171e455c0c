import { knownErrors } from './crash.ts';
import { loopbackCode, readListening } from './listening.ts';
import type { DiagnosisContext, Found, Offer, Reading, Rule } from './rule.ts';

/** S43–S48: the app runs, but whoever asks whether it is well gets no good answer. */
export const healthRules: readonly Rule[] = [
  {
    id: 'S43',
    where: 'reason',
    match: [/ELB health checks|is unhealthy in/i, /with these codes: \[([\d, ]+)\]/i],
    cause: (context, found) => answerOf(found.name())[0].replace('PATH', pathOf(context)),
    remedy: (_, found) => answerOf(found.name())[1],
    offer: (_, found) => offerFor(found.name()),
    refine: readAnswer,
  },
  {
    id: 'S44',
    where: 'reason',
    match: /is unhealthy in.*(?:Request timed out|reason Health checks failed\))/i,
    cause: (context, found) =>
      `the app did not answer the health check${portOf(context, found) ? ` on port ${portOf(context, found)}` : ''} in time.`,
    remedy:
      'Check that the app listens on that port, that its security group lets the load balancer in, and raise the grace period if it starts slowly.',
    certainty: 'likely',
    refine: readSilence,
  },
  {
    id: 'S43',
    where: 'reason',
    match: /ELB health checks/i,
    cause: (context) => `the app runs, but the load balancer's health check of ${pathOf(context)} failed.`,
    remedy: 'Check the port and the health path, and raise the grace period if the app starts slowly.',
    certainty: 'likely',
    refine: readSilence,
  },
  {
    id: 'S45',
    where: 'reason',
    match: /failed container health checks/i,
    cause: 'the app runs, but the health check that its container makes itself failed.',
    remedy:
      'Check that the command of the check (often curl) exists in the image and asks the right port, and raise its startPeriod if the app starts slowly.',
    certainty: 'likely',
    refine: (context, found) => {
      const reading = readSilence(context, found);
      // The container's own check does reach 127.0.0.1.
      return reading?.code === loopbackCode ? { ...reading, certainty: 'possible' } : reading;
    },
  },
  {
    id: 'S46',
    where: 'event',
    match: /UnhealthyThreshold number of health checks consecutively/i,
    cause: (context) => `the app did not answer the load balancer's health check of ${pathOf(context)}.`,
    remedy: 'Check the port and the health path, and raise the grace period if the app starts slowly.',
    certainty: 'likely',
    refine: readSilence,
  },
  {
    id: 'S47',
    where: 'event',
    match: /TARGET (?:GROUP )?IS NOT FOUND/i,
    cause: 'the target group of the load balancer does not exist any more.',
    remedy: 'Create the target group again and name it in the settings of the project, or create the service anew.',
  },
  {
    id: 'S48',
    where: 'event',
    match: /failed to register targets in \(target-group/i,
    cause: 'the task could not be added to the target group of the load balancer.',
    remedy: 'With network mode awsvpc the target group needs the target type `ip`; both must be in the same VPC.',
  },
];

/** By HTTP status; PATH stands for the health path. */
const answers: readonly [code: RegExp, cause: string, remedy: string][] = [
  [
    /404/,
    'the app runs, but answers 404 (not found) to the health check: the path PATH does not exist in it.',
    'Set the health path to one that the app answers with 200, or add that path to the app.',
  ],
  [
    /30\d/,
    'the app runs, but answers the health check of PATH with a redirect.',
    'Set the health path to the page behind the redirect, or let the target group accept 200-399.',
  ],
  [
    /40[13]/,
    'the app runs, but answers the health check of PATH with “not allowed”.',
    'Set the health path to one that needs no login, such as /health; some frameworks also refuse unknown host names.',
  ],
  [
    /400/,
    'the app runs, but answers 400 (bad request) to the health check of PATH.',
    'Many frameworks do so for a host name that they do not know: let the app accept any host on the health path.',
  ],
  [
    /5\d\d/,
    'the app runs, but answers the health check of PATH with an error of its own (CODE).',
    'Read the log of the app for that error; a missing environment variable or an unreachable database is the usual cause.',
  ],
  [
    /./,
    'the app runs, but answers CODE to the health check of PATH.',
    'Set the health path to one that the app answers with 200.',
  ],
];

function answerOf(codes: string): [cause: string, remedy: string] {
  const known = answers.find(([code]) => code.test(codes));
  return [known?.[1].replace('CODE', codes) ?? '', known?.[2] ?? ''];
}

/** A page that is not there, one that moved and one behind a login want another path; an error of the app does not. */
function offerFor(codes: string): Offer {
  return { action: /5\d\d/.test(codes) ? 'show-log' : 'set-health-path' };
}

const refusesHost = /Invalid HTTP_HOST header|DisallowedHost|Blocked hosts?:|ALLOWED_HOSTS/i;

/** Something answered, so the port is right: only what the app itself says can make it plainer. */
function readAnswer(context: DiagnosisContext, found: Found): Reading | undefined {
  const code = found.name();
  const refused = /40[03]/.test(code) && found.lines.find((line) => refusesHost.test(line));
  if (refused) {
    return {
      code: 'S43',
      cause: `the app runs, but refuses the health check (${code}) because it does not know the host name that is asked for.`,
      remedy:
        'Let the app accept any host name on its health path (Django: ALLOWED_HOSTS, Rails: config.host_authorization).',
      certainty: 'certain',
      lines: [refused],
    };
  }
  const [known] = /5\d\d/.test(code) ? knownErrors(found.lines, context) : [];
  // That it answers so is certain; that this line is why is not.
  return known && { ...known, certainty: 'likely' };
}

function readSilence(context: DiagnosisContext, found: Found): Reading | undefined {
  const listening = readListening(found.lines, portOf(context, found));
  if (listening) return listening;
  const [known] = knownErrors(found.lines, context);
  return known && { ...known, certainty: 'likely' };
}

/** The event names the port of the target; from 32768 on it is one of the host, chosen at random. */
function portOf({ port }: DiagnosisContext, { text }: Found): number | undefined {
  const target = Number(/\(port (\d+)\)/.exec(text)?.[1] ?? 0);
  return port ?? (target > 0 && target < 32_768 ? target : undefined);
}

const pathOf = ({ healthPath }: DiagnosisContext) => healthPath || '/';
