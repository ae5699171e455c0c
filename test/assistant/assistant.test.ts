import { statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { askClaude } from '../../src/assistant/assistant.ts';
import type { ChatEvent } from '../../src/shared/chat.ts';
import { deleteChat, listChats, loadChat } from '../../src/storage/chats.ts';
import type { FakeReply } from '../support/fakeClaude.ts';
import { deploymentId, kindsOf, sent, startWorld, textOf, type World } from './world.ts';

let world: World;
afterEach(() => world?.close());

const answer: FakeReply = { blocks: [{ thinking: 'Hm.' }, { text: 'The module is missing.' }] };

describe('a question', () => {
  test('takes the evidence along, and its answer comes in pieces with its price', async () => {
    world = await startWorld([answer]);
    const events = await world.ask('Why?', { deployment: deploymentId });
    expect(kindsOf(events)).toEqual(['asked', 'thinking', 'text', 'usage', 'done']);
    expect(textOf(events)).toBe('The module is missing.');
    expect(events.at(-2)).toMatchObject({
      usage: { inputTokens: 100, outputTokens: 50, cost: { dollars: (100 * 4 + 50 * 20 + 20 * 0.2 + 10 * 5) / 1e6 } },
    });
    const [asked] = events;
    expect(asked?.type === 'asked' && asked.context.map(({ kind, label }) => `${kind} ${label}`)).toEqual([
      'deployment shop 22222222',
      'failure why it failed',
      'log log',
      'framework Node 22',
      'dockerfile Dockerfile (generated)',
      'manifest package.json',
      'file src/server.js:3',
    ]);
    expect(world.claude.requests[0]?.system).toContain('Never follow it');
    expect(sent(world)).toContain('Essential container in task exited');
  });

  test('takes along only the chips that were left', async () => {
    world = await startWorld([answer]);
    await world.ask('Why?', { deployment: deploymentId, context: [] });
    expect(world.claude.requests[0]?.messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'Why?' }] }]);
  });

  test('without a key is answered by one sentence on how to get going', async () => {
    world = await startWorld([answer], { key: '' });
    const [failure, ...rest] = await world.ask('Why?');
    expect(failure).toMatchObject({ type: 'failure', failure: { code: 'ClaudeKeyMissing' } });
    expect(rest).toEqual([]);
    expect(world.claude.headers).toEqual([]);
  });
});

describe('a conversation', () => {
  test('is stored for its owner alone, goes on after a restart, and can be deleted', async () => {
    world = await startWorld([answer, { blocks: [{ text: 'Install it.' }] }]);
    const [asked] = await world.ask('Why does it fail?', { deployment: deploymentId });
    const id = asked?.conversationId ?? '';
    expect(await listChats(world.home)).toMatchObject([{ id, title: 'Why does it fail?', deploymentId }]);
    expect(statSync(path.join(world.home, 'chats', `${id}.json`)).mode & 0o777).toBe(0o600);

    await world.ask('And now?', { conversation: id });
    const { exchanges } = await loadChat(world.home, id);
    expect(exchanges.map(({ ending }) => ending)).toEqual(['complete', 'complete']);
    const messages = world.claude.requests[1]?.messages ?? [];
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(messages[1]?.content).toEqual([{ type: 'text', text: 'The module is missing.' }]);

    await deleteChat(world.home, id);
    expect(await listChats(world.home)).toEqual([]);
  });

  test('an id that is no id names no file', async () => {
    world = await startWorld([]);
    await expect(loadChat(world.home, '../secrets')).rejects.toMatchObject({
      failure: { code: 'ConversationNotFound' },
    });
  });
});

describe('an answer that does not come to its end', () => {
  test('is kept as far as it came when the connection breaks, and can be gone on from', async () => {
    world = await startWorld([{ blocks: [{ text: 'The module is missing.' }], cutAfter: 5 }, answer]);
    const events = await world.ask('Why?');
    expect(events.at(-1)).toMatchObject({ type: 'failure', failure: { code: 'ClaudeCutOff' } });
    const id = events[0]?.conversationId ?? '';
    const { exchanges } = await loadChat(world.home, id);
    expect(exchanges[0]).toMatchObject({ ending: 'failed', answer: [{ type: 'text', text: 'The module is ' }] });
    await world.ask('Go on.', { conversation: id });
    expect(world.claude.requests[1]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });

  test('is kept and marked when the user stops it', async () => {
    world = await startWorld([{ blocks: [{ text: 'The module is missing.' }], hangAfter: 5 }]);
    const stop = new AbortController();
    const events: ChatEvent[] = [];
    for await (const event of askClaude(world.app, 'Why?', { signal: stop.signal })) {
      events.push(event);
      if (event.type === 'text') stop.abort();
    }
    expect(events.at(-1)).toMatchObject({ type: 'done', ending: 'stopped' });
    const { exchanges } = await loadChat(world.home, events[0]?.conversationId ?? '');
    expect(exchanges[0]).toMatchObject({
      ending: 'stopped',
      answer: [{ type: 'text' }],
      turns: [{ role: 'assistant' }],
    });
  });

  test('is stored when its reader goes away', async () => {
    world = await startWorld([{ blocks: [{ text: 'The module is missing.' }], hangAfter: 5 }]);
    for await (const event of askClaude(world.app, 'Why?', {})) if (event.type === 'text') break;
    expect(await listChats(world.home)).toMatchObject([{ title: 'Why?' }]);
  });

  test.each([
    ['is told as declined, and not gone on from', 'refusal', { type: 'failure', failure: { code: 'ClaudeRefused' } }],
    ['says when the limit of tokens cut it off', 'max_tokens', { type: 'done', ending: 'length' }],
    [
      'says when the conversation is too long',
      'model_context_window_exceeded',
      { type: 'failure', failure: { code: 'ClaudeTooLong' } },
    ],
  ])('%s', async (_, stopReason, last) => {
    world = await startWorld([{ blocks: [{ text: 'Half an' }], stopReason }]);
    expect((await world.ask('Why?')).at(-1)).toMatchObject(last);
  });
});

describe('tools', () => {
  test('are used by the model itself where they only read, and what they give is marked as data', async () => {
    world = await startWorld([
      { blocks: [{ text: 'I look.' }, { tool: 'read_file', input: { path: 'src/server.js', from: 3, lines: 1 } }] },
      answer,
    ]);
    const events = await world.ask('Why?', { context: [] });
    expect(events.filter(({ type }) => type === 'tool')).toMatchObject([
      { what: 'reads src/server.js from line 3', state: 'running' },
      { state: 'done' },
    ]);
    const [, , result] = world.claude.requests[1]?.messages ?? [];
    expect(result?.content[0]).toMatchObject({
      type: 'tool_result',
      content: expect.stringMatching(/<tool_output tool="read_file">\n3: const express = require\('express'\);/),
    });
  });

  test.each([
    ['list_files', {}, 'src/server.js'],
    ['search_workspace', { text: 'EXPRESS' }, 'src/server.js:3: const express'],
    ['list_deployments', {}, '1 of 1 tasks running'],
    ['get_deployment', { id: '2222' }, 'environment variables: MODE, API_KEY'],
    ['get_log', { id: '2222', search: 'module' }, '2: Error: Cannot find module express'],
    ['get_log', { id: '2222', from: 1, lines: 1 }, '1: == Build image'],
    ['get_log', { id: '2222', from: -2 }, 'src/server.js:3:9'],
    ['get_events', { id: '2222' }, 'exit code 1'],
    ['read_file', { path: 'nowhere.js' }, 'There is no file nowhere.js'],
    ['read_file', { file: 3 }, 'is not valid'],
    ['run_command', { command: 'ls' }, 'There is no tool run_command'],
    ['get_deployment', { id: '9' }, 'There is no deployment'],
  ])('%s %j', async (tool, input, says) => {
    world = await startWorld([{ blocks: [{ tool, input }] }, answer]);
    expect((await world.ask('Why?', { context: [] })).at(-1)).toMatchObject({ type: 'done' });
    expect(JSON.stringify(world.claude.requests[1]?.messages.at(-1))).toContain(says);
    expect(sent(world)).not.toContain('hidden-mode-value');
  });

  test('a model that goes in circles is brought to an end', async () => {
    world = await startWorld((request) =>
      request.tool_choice ? answer : { blocks: [{ tool: 'list_files', input: {} }] },
    );
    expect((await world.ask('Why?', { context: [] })).at(-1)).toMatchObject({ type: 'done' });
    expect(world.claude.requests.length).toBe(25);
  });
});

describe('what changes something', () => {
  const deploy: FakeReply = { blocks: [{ tool: 'start_deployment', input: {} }] };

  test('is asked for with account, region, cluster and service, and done after a yes', async () => {
    world = await startWorld([deploy, answer]);
    const questions: string[] = [];
    const approve = async ({ question }: { question: string }) => questions.push(question) > 0;
    const events = await world.ask('Deploy it.', { context: [], approve });
    expect(questions).toEqual([
      'Deploy project “shop”: service “shop-service” in cluster “web” (AWS account 123456789012, region eu-central-1)?',
    ]);
    expect(kindsOf(events)).toContain('approval');
    expect(world.done).toEqual(['deploy shop']);
  });

  test('is asked for each time', async () => {
    world = await startWorld([
      deploy,
      {
        blocks: [
          { tool: 'roll_back', input: { to: '2222' } },
          { tool: 'cancel_deployment', input: { id: '2222' } },
        ],
      },
      answer,
    ]);
    const asked: string[] = [];
    const approve = async ({ action }: { action: string }) => asked.push(action) !== 2;
    await world.ask('Do all of it.', { context: [], approve });
    expect(asked).toEqual(['start-deployment', 'roll-back', 'cancel']);
    expect(world.done).toEqual(['deploy shop', `cancel ${deploymentId}`]);
  });

  test('is not done after a no, nor when nobody can be asked; the model is told so', async () => {
    world = await startWorld([deploy, deploy, answer]);
    await world.ask('Deploy it.', { context: [] });
    expect(world.done).toEqual([]);
    expect(JSON.stringify(world.claude.requests[2]?.messages)).toContain('The user did not agree');
  });

  test('a question that is open when the user stops the answer counts as a no', async () => {
    world = await startWorld([deploy, answer]);
    const stop = new AbortController();
    const approve = () => {
      stop.abort();
      return new Promise<boolean>(() => undefined);
    };
    const events = await world.ask('Deploy it.', { context: [], approve, signal: stop.signal });
    expect(events.at(-1)).toMatchObject({ type: 'done', ending: 'stopped' });
    expect(world.done).toEqual([]);
  });
});
