import { readCrash } from './crash.ts';
import { nextSizeInWords, raiseMemory } from './memory.ts';
import { type DiagnosisContext, type Found, platformOf, type Reading, type Rule, rebuild } from './rule.ts';
import { saying } from './text.ts';

const crash = (context: DiagnosisContext, { lines }: Found): Reading | undefined => readCrash(lines, context)[0];

/**
 * S23–S32: the container ran and ended. `exit code` texts read `exit code 137` or `exit code 137, told to stop`.
 * 126 and up follow the shell's convention: 126 not executable, 127 not found, 128 + n ended by signal n.
 */
export const exitRules: readonly Rule[] = [
  {
    id: 'S23',
    where: 'reason',
    match: /OutOfMemory|container killed due to memory usage/i,
    cause: ({ memory }) => `the app used up its ${memory ? `${memory} MiB of ` : ''}memory and was killed.`,
    remedy: (context) =>
      `Give the task more memory${nextSizeInWords(context)}; if it is used up again, look for a leak.`,
    offer: raiseMemory,
  },
  {
    id: 'S32',
    where: 'reason',
    match: /exec format error/i,
    ...otherCpu(),
  },
  {
    id: 'S30',
    where: 'reason',
    match: /CannotStart.*exec: "?([^":]+)"?: permission denied/i,
    cause: (_, found) => `the start file ${found.name()} is not executable.`,
    remedy:
      'Make it executable (`chmod +x`, and `git update-index --chmod=+x` so that git keeps it), then deploy again.',
  },
  {
    id: 'S31',
    where: 'reason',
    match: /exec: "?([^":]+)"?: (?:executable file not found|(?:stat [^:]+: )?no such file or directory)/i,
    cause: (_, found) => `the start command ${found.name()} does not exist in the image.`,
    remedy: notFoundRemedy(),
  },
  {
    id: 'S31',
    where: 'log',
    match:
      /^exec (\/?[\w./-]+): no such file or directory|exec user process caused:? "?no such file or directory|\[FATAL tini \(\d+\)\] exec (\S+) failed: No such file/im,
    cause: (_, found) =>
      `the start file ${found.name() || found.name(2)}, or the interpreter that its first line names, does not exist in the image.`,
    remedy: notFoundRemedy(),
  },
  {
    id: 'S30',
    where: 'log',
    match: /^exec (\/?[\w./-]+): permission denied|\[FATAL tini \(\d+\)\] exec (\S+) failed: Permission denied/im,
    cause: (_, found) => `the start file ${found.name() || found.name(2)} is not executable.`,
    remedy:
      'Make it executable (`chmod +x`, and `git update-index --chmod=+x` so that git keeps it), then deploy again.',
  },
  // The init process hands a program that cannot run here to the shell, which reads it as a script.
  {
    id: 'S32',
    where: 'log',
    match: /exec format error|exec user process caused|^\S+: (?:line )?\d+: *ELF\b.*not found/im,
    ...otherCpu(),
  },
  {
    id: 'S24',
    where: 'exit code',
    match: /code 137, told to stop/,
    cause: 'the app did not end when it was told to, and was killed.',
    remedy:
      'Let the app end on SIGTERM, start it with an exec-form CMD (["node", "server.js"]), or raise its stop timeout.',
    certainty: 'likely',
    rank: 'bystander',
  },
  {
    id: 'S25',
    where: 'exit code',
    match: /code 137\b/,
    cause: ({ memory }) =>
      `the app was killed from outside, most often because it used up its ${memory ? `${memory} MiB of ` : ''}memory (exit code 137).`,
    remedy: (context) => `Look at its memory graph and give the task more${nextSizeInWords(context)}.`,
    certainty: 'likely',
    offer: raiseMemory,
    refine: crash,
  },
  {
    id: 'S26',
    where: 'exit code',
    match: /code 139\b/,
    cause: 'the app crashed in native code (segmentation fault, exit code 139).',
    remedy:
      'Check that the base image and its native modules fit each other and the CPU of the task; run the image locally to see it crash.',
    certainty: 'likely',
    refine: crash,
  },
  {
    id: 'S27',
    where: 'exit code',
    match: /code 143\b/,
    cause: 'the app was told to stop (SIGTERM, exit code 143), and it is not known by whom.',
    remedy: 'Look for what ends it: a script, a supervisor in the image, or StopTask in CloudTrail.',
    certainty: 'possible',
    rank: 'bystander',
  },
  {
    id: 'S29',
    where: 'exit code',
    match: /code 0$/,
    cause: 'the start command came to its end (exit code 0), but a service has to go on running.',
    remedy:
      'Start the server itself, in the foreground: not a build command, and nothing that puts it into the background.',
  },
  {
    id: 'S30',
    where: 'exit code',
    match: /code 126$/,
    cause: 'the start file is not executable (exit code 126).',
    remedy: 'Make it executable (`chmod +x`), or name the right file as start command.',
    certainty: 'likely',
    refine: crash,
  },
  {
    id: 'S31',
    where: 'exit code',
    match: /code 127$/,
    cause: 'the start command does not exist in the image (exit code 127).',
    remedy: notFoundRemedy(),
    certainty: 'likely',
    refine: crash,
  },
  {
    id: 'S28',
    where: 'exit code',
    match: /code (\d+)$/,
    cause: (_, { lines, name }) =>
      `the app ended with exit code ${name()}${saying('; it said last:', lastWords(lines))}.`,
    remedy: (_, { lines }) =>
      lines.length > 0
        ? 'Read its last lines in the log; a missing environment variable or a wrong start command is the usual cause.'
        : 'It left no log: run the image locally with `docker run` to see why; a wrong start command is the usual cause.',
    certainty: 'possible',
    refine: crash,
  },
];

function otherCpu(): Pick<Rule, 'cause' | 'remedy' | 'offer'> {
  return {
    cause: ({ cpuArchitecture }) =>
      `the start file was built for another CPU than the task's${cpuArchitecture ? ` (${cpuArchitecture})` : ''}, or is a script without its first line (#!).`,
    remedy: ({ cpuArchitecture }) =>
      `Build the image for ${platformOf(cpuArchitecture)}; a script needs a first line such as #!/bin/sh.`,
    offer: rebuild,
  };
}

function notFoundRemedy(): string {
  return 'Correct the start command or install what it names; a script must not have Windows line ends (CRLF), and its shell must be in the image.';
}

function lastWords(lines: readonly string[]): string | undefined {
  return lines.findLast((line) => /\p{L}/u.test(line));
}
