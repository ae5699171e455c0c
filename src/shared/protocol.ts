import { chat, chatExchange } from './chatShape.ts';
import { deployEvent, failure, progress, timeline } from './eventShape.ts';
import { deploymentStatuses, environments } from './models.ts';
import {
  type Check,
  type Checked,
  flag,
  id,
  isPlain,
  list,
  maybe,
  number,
  oneOf,
  own,
  type Shape,
  shape,
  text,
  texts,
} from './shape.ts';

/**
 * The whole conversation between the editor and its page. Facts go down, wishes go up, and nothing is asked and answered:
 * a wish changes the world, and the change comes back as a fact. Both sides check what they get and ignore what does not fit.
 */

export const screens = ['dashboard', 'monitor', 'chat'] as const;
export type Screen = (typeof screens)[number];

// Wishes: ids alone, never commands, paths or addresses.

const none = {};
const ofProject = { projectId: id };
const ofDeployment = { deploymentId: id };

/** Wishes of the chat. A chip, a part of an answer, a block of code or a place in it is named by its number, from 0. */
const chatWishes = {
  /** The evidence that goes along is what the chips show. */
  ask: { question: text },
  'stop-answer': none,
  'new-chat': none,
  'open-chat': { conversationId: id },
  'delete-chat': { conversationId: id },
  /** Another project or deployment to ask about. */
  'choose-subject': none,
  'remove-chip': { chip: number },
  /** What a chip stands for; without an exchange, one of the next question's. */
  'open-evidence': { exchange: maybe(number), chip: number },
  'review-proposal': { proposalId: id },
  'copy-code': { exchange: number, part: number, block: number },
  'insert-code': { exchange: number, part: number, block: number },
  'open-place': { exchange: number, part: number, place: number },
} satisfies Record<string, Record<string, Check<unknown>>>;

/** Every wish, with what it names. */
const wishes = {
  ...chatWishes,
  /** The page is there, or there again, and knows nothing. */
  ready: none,
  /** The page could not draw something; a sentence for our log. */
  broken: { message: text },
  refresh: none,

  'deploy-folder': none,
  deploy: ofProject,
  'deploy-again': ofProject,
  /** To the last success before what runs. */
  'roll-back': ofProject,
  'edit-project': ofProject,
  'add-project': none,

  cancel: ofDeployment,
  retry: ofDeployment,
  resume: ofDeployment,
  'show-deployment': ofDeployment,
  'show-log': ofDeployment,
  'open-url': ofDeployment,
  'copy-url': ofDeployment,
  'roll-back-to': ofDeployment,
  /** What the failure itself offers: its main remedy, or that of the cause with this code. */
  remedy: { deploymentId: id, cause: maybe(id) },
  'analyse-logs': { deploymentId: maybe(id) },

  'set-aws-credentials': none,
  'set-git-credentials': none,
  'set-claude-key': none,
  'choose-claude-model': none,
  'remove-credentials': none,
  'set-up-vault': none,
  'start-sandbox': none,
  'stop-sandbox': none,
  'run-doctor': none,
  'open-settings': none,
  'open-dashboard': none,
  'open-folder': none,
  'manage-trust': none,
} satisfies Record<string, Record<string, Check<unknown>>>;

export type WishType = keyof typeof wishes;
export type WishOf<T extends WishType> = { type: T } & Shape<(typeof wishes)[T]>;
export type Wish = { [T in WishType]: WishOf<T> }[WishType];
export type ChatWish = { [T in keyof typeof chatWishes]: WishOf<T> }[keyof typeof chatWishes];

export function isChatWish(wish: Wish): wish is ChatWish {
  return Object.hasOwn(chatWishes, wish.type);
}

// Facts

export const deploymentRow = shape({
  id,
  projectId: id,
  projectName: text,
  operation: oneOf(['deploy', 'rollback']),
  status: oneOf(deploymentStatuses),
  commit: text,
  message: text,
  uncommitted: flag,
  /** Unix seconds. */
  startedAt: number,
  completedAt: maybe(number),
  /** One sentence, when it failed. */
  cause: text,
  /** Empty when it has none. */
  url: text,
  /** Of one that runs. `number` counts from 1. */
  step: maybe(shape({ label: text, number, of: number, percent: number })),
});
export type DeploymentRow = Checked<typeof deploymentRow>;

const target = shape({
  kind: oneOf(['sandbox', 'aws', 'endpoint']),
  /** The region, or the address of an endpoint. */
  where: text,
  cluster: text,
  service: text,
});
export type Target = Checked<typeof target>;

const projectCard = shape({
  id,
  name: text,
  environment: oneOf(environments),
  framework: text,
  /** What is deployed, as a person calls it: a folder's name, or host and path of a repository. */
  source: text,
  target,
  /** The newest deployment. */
  latest: maybe(deploymentRow),
  /** The newest success: what should be running. */
  live: maybe(deploymentRow),
  canRollBack: flag,
});
export type ProjectCard = Checked<typeof projectCard>;

const dashboard = shape({
  /** Name of the open folder; empty when there is none. */
  folder: text,
  isTrusted: flag,
  projects: list(projectCard),
  /** Newest first. */
  deployments: list(deploymentRow),
});
export type Dashboard = Checked<typeof dashboard>;

/** What is around us: looked up on opening and on request, never guessed. No value of any secret. */
const surroundings = shape({
  isChecking: flag,
  /** Milliseconds since 1970; 0 when never. */
  checkedAt: number,
  /** Where the extension, and so its Docker, runs. */
  host: shape({ kind: oneOf(['local', 'wsl', 'ssh', 'container', 'remote']), name: text }),
  docker: shape({ ok: flag, says: text, remedy: text }),
  git: shape({ ok: flag, says: text, remedy: text }),
  sandbox: shape({ isRunning: flag, endpoint: text }),
  aws: shape({
    region: text,
    profile: text,
    endpoint: text,
    account: text,
    identity: text,
    source: oneOf(['profile', 'stored', 'environment']),
    /** Unix seconds; absent for keys that do not expire. */
    expiresAt: maybe(number),
    problem: text,
    remedy: text,
  }),
  /** Servers for which a token is stored. */
  gitTokens: list(text),
  hasClaudeKey: flag,
  /** Whether what was stored in an earlier session was found in this one; `new` when that cannot be told yet. */
  storage: oneOf(['new', 'kept', 'lost', 'file']),
});
export type Surroundings = Checked<typeof surroundings>;

const monitor = shape({
  project: shape({ id, name: text, environment: oneOf(environments), target }),
  deployment: deploymentRow,
  imageUri: text,
  imageDigest: text,
  taskDefinition: text,
  /** Absent when nobody has kept the steps of an old deployment. */
  progress: maybe(progress),
  failure: maybe(failure),
  /** Where the time went; of one that has ended. */
  timeline: maybe(timeline),
  /** What ECS itself said of the service, newest first; `at` in Unix seconds. */
  serviceEvents: list(shape({ at: number, message: text })),
  /** What can be wished now. */
  can: shape({ cancel: flag, retry: flag, resume: flag, rollBack: flag, rollBackTo: flag }),
});
export type Monitor = Checked<typeof monitor>;

/** Every fact, with what it carries. */
const facts = {
  /** Translations: English sentence → the user's language. */
  strings: shape({ strings: texts }),
  dashboard: shape({ dashboard }),
  surroundings: shape({ surroundings }),
  monitor: shape({ monitor }),
  /** There is no such deployment (any more). */
  missing: shape({}),
  /** To be folded into the monitor's progress, in this order. */
  events: shape({ events: list(deployEvent) }),
  /** More of the log; `from` is the number of the first of these lines, counting from 0. */
  log: shape({ from: number, lines: list(text) }),
  chat: shape({ chat }),
  /** The exchange with this number as it is now, while its answer comes. */
  exchange: shape({ number, exchange: chatExchange }),
  /** A question for the box, not yet asked. */
  draft: shape({ text }),
};

export type FactType = keyof typeof facts;
export type FactOf<T extends FactType> = { type: T } & Checked<(typeof facts)[T]>;
export type Fact = { [T in FactType]: FactOf<T> }[FactType];

/** The wish in a message of the page, with its own fields alone; undefined for anything else. */
export function readWish(message: unknown): Wish | undefined {
  const type = isPlain(message) ? own(message, 'type') : undefined;
  if (!isPlain(message) || typeof type !== 'string' || !Object.hasOwn(wishes, type)) return undefined;
  const fields: Record<string, Check<unknown>> = wishes[type as WishType];
  if (!shape(fields)(message)) return undefined;
  const named = Object.keys(fields).map((name) => [name, own(message, name)]);
  return Object.fromEntries([['type', type], ...named]) as Wish;
}

/** The fact in a message of the editor; undefined for anything else. */
export function readFact(message: unknown): Fact | undefined {
  const type = isPlain(message) ? own(message, 'type') : undefined;
  if (typeof type !== 'string' || !Object.hasOwn(facts, type)) return undefined;
  return facts[type as FactType](message) ? (message as Fact) : undefined;
}
