import type * as vscode from 'vscode';
import { reviewProposal as review } from '../claude/proposals.ts';
import { deploymentOf } from '../log/document.ts';
import { openChat } from '../panels/index.ts';
import type { Command } from './command.ts';

/** The reply box of a thread at a log's line. */
export const replyInThread: Command = {
  id: 'deployotron.replyInThread',
  async run({ threads }, target) {
    const { thread, text } = target as vscode.CommentReply;
    if (text.trim()) await threads.reply(thread, text.trim());
  },
};

export const stopAnswer: Command = {
  id: 'deployotron.stopAnswer',
  run: async ({ threads }, target) => threads.stop(target as vscode.CommentThread),
};

export const closeThread: Command = {
  id: 'deployotron.closeThread',
  run: async ({ threads }, target) => threads.close(target as vscode.CommentThread),
};

/** Takes a thread's conversation to the panel. */
export const continueInPanel: Command = {
  id: 'deployotron.continueInPanel',
  async run(session, target) {
    const thread = target as vscode.CommentThread;
    const conversation = session.threads.conversationOf(thread);
    await openChat(session, conversation ? { conversation } : { deployment: deploymentOf(thread.uri) });
  },
};

/** Shows a change that Claude has proposed in a thread, to be applied or not. */
export const reviewProposal: Command = {
  id: 'deployotron.reviewProposal',
  async run(session, target) {
    const proposal = typeof target === 'string' ? session.threads.proposal(target) : undefined;
    return proposal && review(session, proposal);
  },
};
