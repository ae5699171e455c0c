import { randomUUID } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import { endLeftovers } from './gitLeftovers.ts';

export interface GitCall {
  /** Where git is started; must exist. */
  directory: string;
  /** `key=value` for this call alone. They are seen in the process list: never a secret. */
  config?: readonly string[];
  /** Beside the filtered environment of the user. */
  environment?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  /** git is ended when it has said nothing for so long. */
  silenceSeconds: number;
  /** Pieces of what git says on stderr, as they come. */
  onSaid?(text: string): void;
}

export interface GitOutcome {
  ended: 'well' | 'badly' | 'silent' | 'missing';
  stdout: string;
  /** All that git said on stderr. */
  said: string;
}

/** Variables of git that the user sets on purpose and that are kept; others, such as GIT_DIR, would lead git astray. */
const kept = new Set([
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'GIT_SSL_CERT',
  'GIT_SSL_KEY',
  'GIT_SSL_NO_VERIFY',
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_SSH_VARIANT',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
]);

/** Texts that do not depend on the language (they are read), and no program that would ask the user something. */
const ours = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  // Empty, not absent: absent would let core.askPass and SSH_ASKPASS have their turn.
  GIT_ASKPASS: '',
  SSH_ASKPASS_REQUIRE: 'never',
  GCM_INTERACTIVE: 'never',
} as const;

/** What simple-git refuses to hand on unless it is named. */
const guarded = /^(?:git_.*|editor|visual|pager|prefix|ssh_askpass)$/i;

/** The environment of a git that we start: the user's, filtered, with ours over it. Pure. */
export function gitEnvironment(user: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(user).filter(([name]) => kept.has(name) || !guarded.test(name));
  return { ...(Object.fromEntries(entries) as Record<string, string>), ...ours };
}

/**
 * Runs git to its end, whatever that is; throws only the reason of an aborted `signal`.
 * `args` are constants of ours; values stand only behind `--` or in `--option=value`.
 */
export async function runGit(args: readonly string[], call: GitCall): Promise<GitOutcome> {
  call.signal?.throwIfAborted();
  const mark = randomUUID();
  const environment = { ...gitEnvironment(process.env), ...call.environment, DEPLOYOTRON_GIT_CALL: mark };
  const git = await open(call, environment);
  let said = '';
  git.outputHandler((_command, _stdout, stderr) => {
    const decoder = new StringDecoder();
    stderr.on('data', (chunk: Buffer) => {
      const text = decoder.write(chunk);
      said += text;
      call.onSaid?.(text);
    });
  });
  try {
    const stdout = await git.env(environment).raw([...args]);
    return { ended: 'well', stdout, said };
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const ended = howItEnded(message);
    if (ended === 'silent' || call.signal?.aborted) await endLeftovers(`DEPLOYOTRON_GIT_CALL=${mark}`);
    call.signal?.throwIfAborted();
    return { ended, stdout: '', said: said || message };
  }
}

function howItEnded(message: string): GitOutcome['ended'] {
  if (/\bspawn \S+ ENOENT\b/.test(message)) return 'missing';
  return message === 'block timeout reached' ? 'silent' : 'badly';
}

async function open(call: GitCall, environment: Record<string, string>) {
  const { simpleGit } = await import('simple-git');
  return simpleGit({
    baseDir: call.directory,
    config: [...(call.config ?? [])],
    timeout: { block: call.silenceSeconds * 1000 },
    allowEnvironment: Object.keys(environment).filter((name) => guarded.test(name)),
    unsafe: allowed,
    // By itself simple-git takes a git that was killed, or that failed without a word, for a success.
    errors: (error, { exitCode }) => (error || exitCode === 0 ? error : new Error(`git ended with code ${exitCode}`)),
    ...(call.signal && { abort: call.signal }),
  });
}

/**
 * What simple-git would refuse, and what is ours here: constants, see `runGit`. The first two because it looks for
 * dangerous words anywhere in a key, so that a host called `alias.example` would be refused as a part of one.
 */
const allowed = {
  allowUnsafeAlias: true,
  allowUnsafePager: true,
  allowUnsafeAskPass: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeCredentialHelper: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeHooksPath: true,
  allowUnsafeSshCommand: true,
};
