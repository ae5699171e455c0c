import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { insertDeployment, listDeployments } from '../../src/storage/deployments.ts';
import { openLog } from '../../src/storage/logs.ts';
import { addProject } from '../../src/storage/projects.ts';
import { outdated, type Past, prune } from '../../src/storage/retention.ts';
import { aDeployment, aProject } from './rows.ts';
import { tempDatabase } from './support.ts';

const day = 86_400;
const now = 1_000 * day;

/** One project's history, newest first: `s` a success, `f` a failure, `r` one that runs; a day lies between two. */
const past = (story: string): Past[] =>
  [...story].map((letter, at) => ({
    id: `${at}${letter}`,
    projectId: 'shop',
    status: letter === 's' ? 'success' : letter === 'r' ? 'inprogress' : 'failed',
    startedAt: now - at * day,
  }));

describe('what need not be kept', () => {
  test.each<[what: string, story: string, keepDays: number, keepDeployments: number, gone: string[]]>([
    ['nothing, unless it is asked for', 'sffssf', 0, 0, []],
    ['what is older than so many days', 'sssff', 2, 0, ['3f', '4f']],
    ['what is more than so many', 'ssffs', 0, 2, ['2f', '3f', '4s']],
    ['but the last two successes stay, however old', 'ffffsfss', 1, 1, ['1f', '2f', '3f', '5f', '7s']],
    ['and the newest stays, even a failure', 'f', 1, 1, []],
    ['and what runs stays', 'ssrrf', 1, 1, ['4f']],
  ])('%s', (_, story, keepDays, keepDeployments, gone) => {
    expect(outdated(past(story), { keepDays, keepDeployments }, now)).toEqual(gone);
  });

  test('each project has its own count', () => {
    const other = past('sss').map((each) => ({ ...each, projectId: 'blog', id: `b${each.id}` }));
    expect(outdated([...past('sss'), ...other], { keepDays: 0, keepDeployments: 1 }, now)).toEqual(['2s', 'b2s']);
  });
});

test('what is removed is gone from the history, with its logs and events', async () => {
  const { dir, db } = await tempDatabase();
  const project = await addProject(db, aProject('shop'));
  const rows = [3, 2, 1, 0].map((age) => aDeployment(project.id, { startedAt: now - age * day, completedAt: now }));
  for (const row of rows) {
    await insertDeployment(db, row);
    for (const kind of ['log', 'events'] as const) await (await openLog(dir, row.id, kind)).close();
  }
  expect(await prune(db, dir, { keepDays: 0, keepDeployments: 0 })).toBe(0);
  expect(await prune(db, dir, { keepDays: 0, keepDeployments: 2 })).toBe(2);
  const kept = (await listDeployments(db)).map(({ id }) => id);
  expect(kept).toEqual([rows[3]?.id, rows[2]?.id]);
  for (const { id } of rows)
    for (const kind of ['log', 'events'])
      expect(existsSync(path.join(dir, 'logs', `${id}.${kind}`))).toBe(kept.includes(id));
});
