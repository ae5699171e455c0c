import { connectClaude } from '../services/claude.ts';
import { checkKey, listModels } from '../services/claudeModels.ts';
import type { ChatEvent, ContextItem, Proposal } from '../shared/chat.ts';
import { fail } from '../shared/errors.ts';
import type { Project, ProjectOptions } from '../shared/models.ts';
import { deleteChat, listChats, loadChat } from '../storage/chats.ts';
import { secretKeys } from '../storage/credentials.ts';
import type { AskWishes } from './assistant.ts';
import type { AssistantApp } from './desk.ts';
import type { Workspace } from './workspace.ts';

type Operated = AssistantApp & {
  updateProject(idOrName: string, change: { options: ProjectOptions }): Promise<Project>;
};

const patience = () => AbortSignal.timeout(15_000);

/** What the app can do with Claude. All that is heavy is loaded when first used. */
export function assistantOperations(app: Operated) {
  const { storageDir, secrets, settings } = app.host;
  const connect = (key: string) => connectClaude(key, settings().claudeBaseUrl);
  return {
    /** Asks a question, about a project, a deployment or in general. Never throws; the last event is `done` or `failure`. */
    async *askClaude(question: string, wishes: AskWishes = {}): AsyncGenerator<ChatEvent> {
      const { askClaude } = await import('./assistant.ts');
      yield* askClaude(app, question, wishes);
    },
    /** Asks why a deployment ended as it did, with its evidence. */
    async *analyzeLogs(deployment: string, wishes: AskWishes = {}): AsyncGenerator<ChatEvent> {
      const { askClaude, analysisQuestion } = await import('./assistant.ts');
      yield* askClaude(app, analysisQuestion, { ...wishes, deployment });
    },
    /** Asks for a Dockerfile where none of ours fits; it comes as a proposal. */
    async *askForDockerfile(wishes: AskWishes): AsyncGenerator<ChatEvent> {
      const { askClaude, dockerfileQuestion } = await import('./assistant.ts');
      yield* askClaude(app, dockerfileQuestion, wishes);
    },
    /** The evidence that a question would take along: show it, let the user remove some, and pass the rest as `context`. */
    async claudeContext(wishes: AskWishes): Promise<ContextItem[]> {
      const { contextFor } = await import('./assistant.ts');
      return contextFor(app, wishes);
    },
    /** Does what Claude proposed: only when the user says so. @throws DeployError ProposalOutdated */
    async applyProposal(proposal: Proposal, workspace?: Workspace): Promise<void> {
      const { applyProposal } = await import('./apply.ts');
      await applyProposal(app, workspace, proposal);
    },
    listChats: () => listChats(storageDir),
    /** @throws DeployError ConversationNotFound */
    getChat: (id: string) => loadChat(storageDir, id),
    deleteChat: (id: string) => deleteChat(storageDir, id),

    /** The models that the stored key may use. @throws DeployError of the Claude group */
    async listClaudeModels() {
      const key = await secrets.get(secretKeys.anthropicKey);
      if (!key) throw fail('ClaudeKeyMissing');
      return listModels(connect(key), patience());
    },
    /** Resolves when the API accepts this key. @throws DeployError of the Claude group */
    checkClaudeKey: (key: string) => checkKey(connect(key), patience()),
  };
}
