import { type Entry, plural, quote } from './entry.ts';

/** Claude and its API. */
export const claude = {
  ClaudeKeyMissing: (): Entry => ({
    message: 'Claude needs an API key, and none is set.',
    remedy:
      'Create one at https://platform.claude.com/settings/keys and set it as ANTHROPIC_API_KEY, or store it with “Set Up Claude API Key”.',
    action: 'set-claude-key',
  }),
  ClaudeKeyRejected: (detail: string): Entry => ({
    message: 'The Claude API did not accept the key.',
    remedy: 'Check the key, or create a new one at https://platform.claude.com/settings/keys.',
    action: 'set-claude-key',
    detail,
  }),
  ClaudeForbidden: (detail: string): Entry => ({
    message: 'This Claude API key may not do that.',
    remedy: 'Use a key of a workspace that may use this model, or choose another model.',
    action: 'set-claude-key',
    detail,
  }),
  ClaudeSpendLimit: (detail: string): Entry => ({
    message: 'The spend limit of this Claude account is reached, or its credit is used up.',
    remedy: 'Add credit or raise the limit at https://platform.claude.com/settings/billing.',
    detail,
  }),
  ClaudeRateLimited: (seconds: number | undefined, detail: string): Entry => ({
    message: 'The Claude API is limiting how often this key may ask.',
    remedy:
      seconds === undefined ? 'Wait a minute and ask again.' : `Ask again in ${plural(Math.ceil(seconds), 'second')}.`,
    action: 'retry',
    ...(seconds !== undefined && { parameters: { seconds } }),
    detail,
  }),
  ClaudeOverloaded: (detail: string): Entry => ({
    message: 'The Claude API is overloaded or out of order.',
    remedy:
      'It stayed so for several attempts. Ask again in a few minutes; https://status.claude.com tells how it stands.',
    action: 'retry',
    detail,
  }),
  ClaudeUnreachable: (detail: string): Entry => ({
    message: 'The Claude API could not be reached.',
    remedy: 'Check your network and proxy, then ask again.',
    action: 'retry',
    detail,
  }),
  ClaudeCutOff: (detail: string): Entry => ({
    message: 'The connection to the Claude API broke off in the middle of the answer.',
    remedy: 'What had come is kept. Ask again, or ask to go on.',
    action: 'retry',
    detail,
  }),
  ClaudeTooLong: (detail: string): Entry => ({
    message: 'The conversation with its evidence is longer than this model can read.',
    remedy: 'Leave out some of the evidence, or begin a new conversation.',
    detail,
  }),
  ClaudeRefused: (explanation: string): Entry => ({
    message: 'Claude declined to answer this.',
    remedy: 'Ask in another way, or leave out evidence that has nothing to do with the question.',
    ...(explanation && { detail: explanation }),
  }),
  ClaudeModelUnknown: (model: string, detail: string): Entry => ({
    message: `The Claude API does not know the model ${quote(model)}, or this key may not use it.`,
    remedy: 'Choose another model in the setting `claudeModel`, or with --model.',
    action: 'choose-claude-model',
    detail,
  }),
  ClaudeRejected: (detail: string): Entry => ({
    message: 'The Claude API refused the request.',
    remedy: 'Begin a new conversation; if it stays so, choose another model or report it.',
    detail,
  }),
  ClaudeStopped: (): Entry => ({
    message: 'The answer was stopped.',
    remedy: 'What had come is kept. Ask again when you are ready.',
  }),
  ConversationNotFound: (id: string): Entry => ({
    message: `There is no conversation ${quote(id)}.`,
    remedy: 'Begin a new one.',
  }),
  ProposalOutdated: (file: string): Entry => ({
    message: `${quote(file)} has changed since the change was proposed.`,
    remedy: 'Ask for the change again.',
    action: 'retry',
  }),
};
