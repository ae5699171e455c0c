import type { Claude } from './claude.ts';
import { claudeFailure } from './claudeErrors.ts';

export interface ClaudeModel {
  id: string;
  name: string;
  /** It will be switched off. */
  isDeprecated: boolean;
}

/** The models that this key may use, the newest first. An aborted signal counts as not reached. @throws DeployError of the Claude group */
export async function listModels(claude: Claude, signal: AbortSignal): Promise<ClaudeModel[]> {
  const client = await claude();
  try {
    const models: ClaudeModel[] = [];
    for await (const { id, display_name, lifecycle } of client.models.list({ limit: 100 }, { signal })) {
      if (lifecycle !== 'retired') models.push({ id, name: display_name, isDeprecated: lifecycle === 'deprecated' });
    }
    return models;
  } catch (error) {
    throw claudeFailure(error, '', false);
  }
}

/** Resolves when the API accepts the key; costs nothing. An aborted signal counts as not reached. @throws DeployError of the Claude group */
export async function checkKey(claude: Claude, signal: AbortSignal): Promise<void> {
  const client = await claude();
  try {
    await client.models.list({ limit: 1 }, { signal });
  } catch (error) {
    throw claudeFailure(error, '', false);
  }
}
