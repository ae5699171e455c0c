import { chmodSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { applyProposal } from '../../src/assistant/apply.ts';
import type { Proposal } from '../../src/shared/chat.ts';
import { project, startWorld, type World } from './world.ts';

let world: World;
afterEach(() => world?.close());

/** What the user is shown of it, and what the model is told. */
async function propose(input: object, files: Record<string, string> = {}) {
  world = await startWorld([{ blocks: [{ tool: 'propose_change', input }] }, { blocks: [{ text: 'See there.' }] }], {
    files,
  });
  const events = await world.ask('Repair it.', { context: [] });
  const proposal = events.flatMap((event) => (event.type === 'proposal' ? event.proposal : []))[0];
  return { proposal, told: JSON.stringify(world.claude.requests[1]?.messages.at(-1)) };
}

const read = (file: string) => readFileSync(path.join(world.folder, file), 'utf8');
const projects = { getProject: async () => project, updateProject: async () => project };
const apply = (proposal: Proposal | undefined) => applyProposal(projects, world.workspace, proposal as Proposal);

const port = {
  summary: 'Listen on PORT',
  files: [{ path: 'src/server.js', search: '3000', replace: '$&process.env.PORT' }],
};

describe('a proposed change', () => {
  test('is a difference that changes nothing until it is applied', async () => {
    const { proposal } = await propose(port);
    expect(proposal).toMatchObject({ kind: 'files', summary: 'Listen on PORT' });
    expect(proposal?.kind === 'files' && proposal.files[0]?.diff).toMatch(
      /-express\(\).*\n\+express\(\).listen\(\$&process/,
    );
    expect(read('src/server.js')).toContain('listen(3000)');
    chmodSync(path.join(world.folder, 'src/server.js'), 0o755);
    await apply(proposal);
    expect(read('src/server.js')).toContain('listen($&process.env.PORT)');
    expect(statSync(path.join(world.folder, 'src/server.js')).mode & 0o777).toBe(0o755);
  });

  test('may be a new file', async () => {
    const { proposal } = await propose({
      summary: 'x',
      files: [{ path: 'docker/Dockerfile', content: 'FROM node:22\n' }],
    });
    await apply(proposal);
    expect(read('docker/Dockerfile')).toBe('FROM node:22\n');
  });

  test('is not applied to a file that has changed since', async () => {
    const { proposal } = await propose(port);
    writeFileSync(path.join(world.folder, 'src/server.js'), 'changed');
    await expect(apply(proposal)).rejects.toMatchObject({ failure: { code: 'ProposalOutdated' } });
    expect(read('src/server.js')).toBe('changed');
  });

  test('is not led to another place by a link', async () => {
    const { proposal } = await propose({ summary: 'x', files: [{ path: 'new/file.txt', content: 'x' }] });
    symlinkSync(path.join(world.folder, '..'), path.join(world.folder, 'new'));
    await expect(apply(proposal)).rejects.toMatchObject({ failure: { code: 'ProposalOutdated' } });
  });

  test('of settings names variables, never their values', async () => {
    const { proposal } = await propose({
      summary: 'x',
      settings: { memory: 1024, environmentNames: ['DATABASE_URL'] },
    });
    expect(proposal).toMatchObject({ kind: 'settings', project: 'shop', settings: { memory: 1024 } });
    const changes: object[] = [];
    const updateProject = async (_: string, change: object) => {
      changes.push(change);
      return project;
    };
    await applyProposal({ ...projects, updateProject }, undefined, proposal as Proposal);
    expect(changes).toEqual([{ options: { ...project.options, memory: 1024 } }]);
  });

  test.each([
    ['is in no place', { path: 'src/server.js', search: 'nowhere', replace: 'x' }, '0 times'],
    ['is in several', { path: 'src/server.js', search: 'express', replace: 'x' }, '3 times'],
    ['is a key', { path: 'certs/server.key', content: 'x' }, 'must not be read or changed'],
    ['has stars for a secret', { path: 'src/db.js', content: 'const password = "***";' }, 'stands for a secret'],
    ['says nothing', { path: 'src/server.js' }, 'neither content nor search'],
  ])('that %s is refused, and the model is told why', async (_, edit, says) => {
    const { proposal, told } = await propose(
      { summary: 'x', files: [edit] },
      { 'src/db.js': 'const password = "pw12";' },
    );
    expect(proposal).toBeUndefined();
    expect(told).toContain(says);
  });
});
