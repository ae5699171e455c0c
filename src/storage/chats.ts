import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Conversation, ConversationSummary } from '../shared/chat.ts';
import { fail } from '../shared/errors.ts';
import { storageError, writeFileAtomic } from './atomicFile.ts';
import { unlessMissing } from './files.ts';

// One file for each conversation: two windows with two conversations never write the same one.

/** Replaces it as a whole; only its owner may read the file. Throws DiskFull, StorageNotWritable. */
export async function saveChat(storageDir: string, conversation: Conversation): Promise<void> {
  const path = chatPath(storageDir, conversation.id);
  await mkdir(join(storageDir, 'chats'), { recursive: true, mode: 0o700 }).catch((error) => {
    throw storageError(path, error);
  });
  await writeFileAtomic(path, JSON.stringify(conversation));
}

/** Throws ConversationNotFound, also when the file cannot be understood. */
export async function loadChat(storageDir: string, id: string): Promise<Conversation> {
  const path = chatPath(storageDir, id);
  const text = await readFile(path, 'utf8').catch(unlessMissing(path));
  const chat = text === undefined ? undefined : parse(text);
  if (!chat) throw fail('ConversationNotFound', id);
  return chat;
}

/** Newest first; a file that cannot be understood is passed over. */
export async function listChats(storageDir: string): Promise<ConversationSummary[]> {
  const folder = join(storageDir, 'chats');
  const names = (await readdir(folder).catch(unlessMissing(folder))) ?? [];
  const texts = await Promise.all(
    names.filter(isChat).map((name) => readFile(join(folder, name), 'utf8').catch(() => '')),
  );
  const summaries = texts.flatMap((text) => parse(text) ?? []).map(({ exchanges, ...summary }) => summary);
  return summaries.sort((a, b) => b.updatedAt - a.updatedAt);
}

export async function deleteChat(storageDir: string, id: string): Promise<void> {
  const path = chatPath(storageDir, id);
  await rm(path, { force: true }).catch((error) => {
    throw storageError(path, error);
  });
}

function parse(text: string): Conversation | undefined {
  try {
    const chat = JSON.parse(text) as Partial<Conversation> | null;
    return chat?.id && Array.isArray(chat.exchanges) ? (chat as Conversation) : undefined;
  } catch {
    return undefined;
  }
}

const chatName = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.json$/;
const isChat = (name: string) => chatName.test(name);

/** An id comes from outside and becomes a file name: nothing but a UUID will do. */
function chatPath(storageDir: string, id: string): string {
  if (!isChat(`${id}.json`)) throw fail('ConversationNotFound', id);
  return join(storageDir, 'chats', `${id}.json`);
}
