import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { insertDeployment, listDeployments } from '../../src/storage/deployments.ts';
import { openLog } from '../../src/storage/logs.ts';
import { addProject, getProject, listProjects, removeProject, updateProject } from '../../src/storage/projects.ts';
import { aDeployment, aProject } from './rows.ts';
import { tempDatabase } from './support.ts';

test('a project comes back as it was added, by its id and by its name in any case', async () => {
  const { db } = await tempDatabase();
  const options = { port: 3000, environment: { GREETING: 'a "quoted" value' }, subnets: ['subnet-1'] };
  const added = await addProject(db, aProject('Shop', { options, kind: 'static' }));
  expect(added).toMatchObject({ ...aProject('Shop'), kind: 'static', options });
  expect(await getProject(db, added.id)).toEqual(added);
  expect(await getProject(db, 'sHOP')).toEqual(added);
});

test('projects are listed by name, whatever their case', async () => {
  const { db } = await tempDatabase();
  for (const name of ['beta', 'Alpha', 'gamma']) await addProject(db, aProject(name));
  expect((await listProjects(db)).map(({ name }) => name)).toEqual(['Alpha', 'beta', 'gamma']);
});

test('a name is taken in every case of it, also for a change', async () => {
  const { db } = await tempDatabase();
  await addProject(db, aProject('shop'));
  await addProject(db, aProject('blog'));
  await expect(addProject(db, aProject('SHOP'))).rejects.toMatchObject({ failure: { code: 'ProjectExists' } });
  const change = updateProject(db, 'blog', { name: 'Shop' });
  await expect(change).rejects.toMatchObject({ failure: { code: 'ProjectExists' } });
  expect((await updateProject(db, 'shop', { name: 'Shop' })).name).toBe('Shop');
});

test('a change leaves everything else as it was', async () => {
  const { db } = await tempDatabase();
  const before = await addProject(db, aProject('shop', { options: { port: 80 } }));
  const after = await updateProject(db, 'shop', { branch: 'next', name: undefined });
  expect(after).toEqual({ ...before, branch: 'next', updatedAt: after.updatedAt });
  expect(await getProject(db, 'shop')).toEqual(after);
});

test('a project that is not there is named', async () => {
  const { db } = await tempDatabase();
  await addProject(db, aProject('shop'));
  for (const attempt of [getProject(db, 'shop%'), updateProject(db, 'x', {}), removeProject(db, '/nowhere', 'x')]) {
    await expect(attempt).rejects.toMatchObject({ failure: { code: 'ProjectNotFound' } });
  }
});

test('a removed project takes its deployments and their logs with it, and no others', async () => {
  const { dir, db } = await tempDatabase();
  const shop = await addProject(db, aProject('shop'));
  const blog = await addProject(db, aProject('blog'));
  const [gone, stays] = [aDeployment(shop.id), aDeployment(blog.id)];
  for (const deployment of [gone, stays]) {
    await insertDeployment(db, deployment);
    await (await openLog(dir, deployment.id)).close();
  }
  expect((await removeProject(db, dir, 'shop')).id).toBe(shop.id);
  expect((await listDeployments(db)).map(({ id }) => id)).toEqual([stays.id]);
  await access(join(dir, 'logs', `${stays.id}.log`));
  await expect(access(join(dir, 'logs', `${gone.id}.log`))).rejects.toMatchObject({ code: 'ENOENT' });
});
