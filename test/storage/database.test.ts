import { execFileSync } from 'node:child_process';
import { copyFile, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import initSqlJs from 'sql.js';
import { expect, test } from 'vitest';
import { DeployError } from '../../src/shared/errors.ts';
import type { Database } from '../../src/storage/database.ts';
import { insertDeployment, listDeployments } from '../../src/storage/deployments.ts';
import { tryLock } from '../../src/storage/lock.ts';
import { addProject, listProjects, removeProject } from '../../src/storage/projects.ts';
import { applicationId, migrations } from '../../src/storage/schema.ts';
import { aDeployment, aProject } from './rows.ts';
import { smallDisk, smallDiskTest } from './smallDisk.ts';
import { startWorker, tempDatabase, tempDir } from './support.ts';

const names = async (db: Database) => (await listProjects(db)).map(({ name }) => name);

/** A history of three projects: two in the image, one in the journal alone. */
async function someHistory(): Promise<string> {
  const { dir, db } = await tempDatabase();
  await addProject(db, aProject('one'));
  await addProject(db, aProject('two'));
  await db.close();
  await addProject(db, aProject('three'));
  return dir;
}

async function imageTables(dir: string): Promise<Record<string, string[]>> {
  const { Database } = await initSqlJs();
  const db = new Database(await readFile(join(dir, 'history.db')));
  const rows = db.exec(
    "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'",
  );
  db.close();
  const tables: Record<string, string[]> = {};
  for (const [table, column] of rows[0]?.values ?? []) {
    tables[String(table)] = [...(tables[String(table)] ?? []), String(column)];
  }
  return tables;
}

test('looking at a history that is not there creates nothing', async () => {
  const dir = join(await tempDir(), 'home');
  const { db } = await tempDatabase(dir);
  expect(await listProjects(db)).toEqual([]);
  expect(await listDeployments(db)).toEqual([]);
  await db.close();
  await expect(stat(dir)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('folder and files are for their owner alone', async () => {
  const dir = join(await tempDir(), 'home');
  const { db } = await tempDatabase(dir);
  await addProject(db, aProject('one'));
  await db.close();
  await addProject(db, aProject('two'));
  expect((await stat(dir)).mode & 0o777).toBe(0o700);
  const files = await readdir(dir);
  expect(files.sort()).toEqual(['history.bak.db', 'history.bak.journal', 'history.db', 'history.journal']);
  for (const file of files) expect([file, (await stat(join(dir, file))).mode & 0o777]).toEqual([file, 0o600]);
});

test('after closing, history.db is an ordinary database with the tables and all the rows', async () => {
  const { dir, db } = await tempDatabase();
  const { id } = await addProject(db, aProject('shop'));
  await insertDeployment(db, aDeployment(id));
  await db.close();
  const tables = await imageTables(dir);
  expect(tables.projects?.slice(0, 11).join(' ')).toBe(
    'id name repository_url branch framework environment aws_cluster aws_service ecr_repository created_at updated_at',
  );
  expect(tables.deployments?.slice(0, 10).join(' ')).toBe(
    'id project_id status commit_sha commit_message image_tag started_at completed_at error_message logs',
  );
  const { Database } = await initSqlJs();
  const image = new Database(await readFile(join(dir, 'history.db')));
  expect(image.exec('SELECT name FROM projects JOIN deployments ON project_id = projects.id')[0]?.values).toEqual([
    ['shop'],
  ]);
  image.close();
});

test('two doors to one history see what the other one wrote, before and after it is folded', async () => {
  const { dir, db: mine } = await tempDatabase();
  const { db: other } = await tempDatabase(dir);
  await addProject(mine, aProject('a'));
  expect(await names(other)).toEqual(['a']);
  await addProject(other, aProject('b'));
  expect(await names(mine)).toEqual(['a', 'b']);
  await other.close();
  expect(await names(mine)).toEqual(['a', 'b']);
  await addProject(mine, aProject('c'));
  expect(await names(other)).toEqual(['a', 'b', 'c']);
});

test('three processes that write at once lose nothing', { timeout: 60_000 }, async () => {
  const { dir, db } = await tempDatabase();
  const workers = ['a', 'b', 'c'].map((prefix) => startWorker('addProjects', dir, prefix, '40'));
  await Promise.all(workers.map((worker) => worker.ended()));
  expect((await listProjects(db)).length).toBe(120);
});

test('writes that are asked for at once all arrive', async () => {
  const { dir, db } = await tempDatabase();
  const { db: other } = await tempDatabase(dir);
  const asked = Array.from({ length: 30 }, (_, n) => addProject(n % 2 ? db : other, aProject(`p${n}`)));
  await Promise.all(asked);
  expect((await listProjects(db)).length).toBe(30);
});

test('a write of which one part is refused changes nothing', async () => {
  const { db } = await tempDatabase();
  const { id } = await addProject(db, aProject('one'));
  const half = db.write((tx) => {
    tx.update('projects', id, { branch: 'half' });
    tx.update('projects', id, { environment: 'nowhere' });
  });
  await expect(half).rejects.toThrow('CHECK');
  expect((await listProjects(db))[0]?.branch).toBe('main');
});

test('a deployment without its project is refused', async () => {
  const { db } = await tempDatabase();
  await addProject(db, aProject('one'));
  const orphan = db.write((tx) =>
    tx.insert('deployments', { id: 'x', project_id: 'nobody', status: 'failed', started_at: 1 }),
  );
  await expect(orphan).rejects.toThrow('FOREIGN KEY');
});

test('text with quotes, line ends, NUL and any script comes back as it was, but for the NUL', async () => {
  const { dir, db } = await tempDatabase();
  const repositoryUrl = `'"\`;\n\r\t\${HOME} ☃ 𝄞 \0end`;
  await addProject(db, aProject('odd', { repositoryUrl }));
  const expected = repositoryUrl.replace('\0', '\uFFFD');
  expect((await listProjects(db))[0]?.repositoryUrl).toBe(expected);
  await db.close();
  expect((await listProjects((await tempDatabase(dir)).db))[0]?.repositoryUrl).toBe(expected);
});

const damages: [what: string, damage: (bytes: Buffer) => Buffer][] = [
  ['empty', () => Buffer.alloc(0)],
  ['of one byte', () => Buffer.from('S')],
  ['cut in half', (bytes) => bytes.subarray(0, bytes.length / 2)],
  ['short of its last byte', (bytes) => bytes.subarray(0, -1)],
  ['garbage', () => Buffer.alloc(20_000, 'garbage')],
  [
    'overwritten behind the header',
    (bytes) => Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 7)]),
  ],
];

test.each(damages)('an image that is %s is kept aside, and nothing of the history is missing', async (_, damage) => {
  const dir = await someHistory();
  const path = join(dir, 'history.db');
  const bad = damage(await readFile(path));
  await writeFile(path, bad);

  const { db, notices } = await tempDatabase(dir);
  expect(await names(db)).toEqual(['one', 'three', 'two']);
  expect(notices).toMatchObject([{ kind: 'restored', message: expect.stringContaining('nothing is missing') }]);
  expect((await readFile(notices[0]?.kept ?? '')).equals(bad)).toBe(true);
  expect(notices[0]?.kept).toMatch(/history\.[0-9TZ.]+\.damaged\.db$/);

  await addProject(db, aProject('four'));
  await db.close();
  const again = await tempDatabase(dir);
  expect(await names(again.db)).toEqual(['four', 'one', 'three', 'two']);
  expect(again.notices).toEqual([]);
});

test('an image that has vanished is restored', async () => {
  const dir = await someHistory();
  execFileSync('rm', [join(dir, 'history.db')]);
  const { db, notices } = await tempDatabase(dir);
  expect(await names(db)).toEqual(['one', 'three', 'two']);
  expect(notices).toMatchObject([{ kind: 'restored', kept: '' }]);
});

test('a damaged image without any copy is kept aside, and a new history begins', async () => {
  const dir = await tempDir();
  await writeFile(join(dir, 'history.db'), 'not a database');
  const { db, notices } = await tempDatabase(dir);
  expect(await names(db)).toEqual([]);
  expect(notices).toMatchObject([{ kind: 'started-new', message: expect.stringContaining('was damaged and is kept') }]);
  await addProject(db, aProject('one'));
  expect(await names(db)).toEqual(['one']);
});

test('when image and copy are both damaged, the journals still give what they hold', async () => {
  const dir = await someHistory();
  await writeFile(join(dir, 'history.db'), '');
  await writeFile(join(dir, 'history.bak.db'), '');
  const { db, notices } = await tempDatabase(dir);
  expect(await names(db)).toEqual(['one', 'three', 'two']);
  expect(notices).toMatchObject([{ kind: 'restored' }]);
});

test('a database of another program is kept aside', async () => {
  const dir = await tempDir();
  const { Database } = await initSqlJs();
  const foreign = new Database();
  foreign.exec('CREATE TABLE cats (name TEXT)');
  await writeFile(join(dir, 'history.db'), foreign.export());
  const { db, notices } = await tempDatabase(dir);
  expect(await names(db)).toEqual([]);
  expect(notices).toMatchObject([{ kind: 'started-new' }]);
});

test('a damage that happens while the history is open is repaired by the next write', async () => {
  const { dir, db, notices } = await tempDatabase();
  await addProject(db, aProject('one'));
  await writeFile(join(dir, 'history.db'), '');
  await addProject(db, aProject('two'));
  expect(await names(db)).toEqual(['one', 'two']);
  expect(notices).toMatchObject([{ kind: 'restored' }]);
});

test('the torn last line of a writer that died is no harm and no news', async () => {
  const dir = await someHistory();
  const path = join(dir, 'history.journal');
  await writeFile(path, Buffer.concat([await readFile(path), Buffer.from('0123456789abcdef {"seq":4,"cha')]));
  const { db, notices } = await tempDatabase(dir);
  expect(await names(db)).toEqual(['one', 'three', 'two']);
  await addProject(db, aProject('four'));
  expect(await names((await tempDatabase(dir)).db)).toEqual(['four', 'one', 'three', 'two']);
  expect(notices).toEqual([]);
});

test('a bad line within the journal costs that line alone, and is told', async () => {
  const { dir, db } = await tempDatabase();
  for (const name of ['one', 'two', 'three']) await addProject(db, aProject(name));
  const path = join(dir, 'history.journal');
  await writeFile(path, (await readFile(path, 'utf8')).replace('two', 'twO'));
  const fresh = await tempDatabase(dir);
  expect(await names(fresh.db)).toEqual(['one', 'three']);
  expect(fresh.notices).toMatchObject([{ kind: 'restored', kept: expect.stringMatching(/\.damaged\.journal$/) }]);
  expect(fresh.notices[0]?.message).toContain('the newest entries may be missing');
  expect(await names(db)).toEqual(['one', 'three']);
});

test('a history of a newer version is refused and left as it is', async () => {
  const dir = await someHistory();
  const path = join(dir, 'history.db');
  const { Database } = await initSqlJs();
  const image = new Database(await readFile(path));
  image.exec('PRAGMA user_version = 99');
  const bytes = Buffer.from(image.export());
  await writeFile(path, bytes);
  const { db } = await tempDatabase(dir);
  await expect(listProjects(db)).rejects.toMatchObject({ failure: { code: 'DatabaseNewer' } });
  await expect(addProject(db, aProject('four'))).rejects.toBeInstanceOf(DeployError);
  expect((await readFile(path)).equals(bytes)).toBe(true);
  expect((await readdir(dir)).filter((name) => name.includes('damaged'))).toEqual([]);
});

test('a history of the first version gets the tables of this one and keeps its rows', async () => {
  const dir = await tempDir();
  const { Database } = await initSqlJs();
  const old = new Database();
  old.exec(`${migrations[0]} PRAGMA user_version = 1; PRAGMA application_id = ${applicationId};
    INSERT INTO projects VALUES ('p', 'old', '', '', 'node', 'staging', '', '', '', 1, 1);
    INSERT INTO deployments (id, project_id, status, started_at) VALUES ('d', 'p', 'success', 1);`);
  await writeFile(join(dir, 'history.db'), old.export());
  const { db } = await tempDatabase(dir);
  expect(await listProjects(db)).toMatchObject([{ name: 'old', kind: '', options: {} }]);
  expect(await listDeployments(db)).toMatchObject([{ facts: { operation: 'deploy' }, failure: undefined }]);
  await addProject(db, aProject('new'));
  expect((await imageTables(dir)).deployments).toContain('facts');
});

test('a reader needs no lock, and a writer waits for it', async () => {
  const dir = await someHistory();
  const { db } = await tempDatabase(dir);
  const lock = await tryLock(join(dir, 'history.lock'), 'a long write');
  expect(await names(db)).toEqual(['one', 'three', 'two']);
  const writing = addProject(db, aProject('four'));
  if ('release' in lock) await lock.release();
  await writing;
  expect(await names(db)).toEqual(['four', 'one', 'three', 'two']);
});

test('the death of a fold between image and journal is no harm: what is in both is there once', async () => {
  const { dir, db } = await tempDatabase();
  for (const name of ['one', 'two']) await addProject(db, aProject(name));
  await copyFile(join(dir, 'history.journal'), join(dir, 'saved'));
  await db.close();
  await copyFile(join(dir, 'saved'), join(dir, 'history.journal'));
  const { db: next, notices } = await tempDatabase(dir);
  expect(await names(next)).toEqual(['one', 'two']);
  await addProject(next, aProject('three'));
  await next.close();
  expect(await names((await tempDatabase(dir)).db)).toEqual(['one', 'three', 'two']);
  expect(notices).toEqual([]);
});

test('deleting cascades also after the database was folded', async () => {
  const { dir, db } = await tempDatabase();
  const { id } = await addProject(db, aProject('one'));
  await insertDeployment(db, aDeployment(id));
  // More than a MiB of journal: the next write folds it.
  await insertDeployment(db, aDeployment(id, { logs: 'x'.repeat(1_200_000) }));
  expect((await readdir(dir)).includes('history.journal')).toBe(false);
  await insertDeployment(db, aDeployment(id));
  await removeProject(db, dir, id);
  expect(await listDeployments(db)).toEqual([]);
});

test('what dead processes left in the folder goes away, and what living ones are writing stays', async () => {
  const dir = await someHistory();
  const worker = startWorker('hold', join(dir, 'other.lock'));
  await worker.says();
  await worker.kill();
  const ofDead = join(dir, `.history.db.${worker.pid}.0123456789ab.tmp`);
  const ofLiving = join(dir, `.history.db.${process.pid}.0123456789ab.tmp`);
  const holder = { pid: worker.pid, host: hostname(), started: '1' };
  await writeFile(join(dir, 'history.lock.0123456789abcdef'), JSON.stringify({ holder, token: 't', purpose: '' }));
  const longAgo = new Date(Date.now() - 120_000);
  for (const path of [ofDead, ofLiving]) {
    await writeFile(path, '');
    await utimes(path, longAgo, longAgo);
  }
  await addProject((await tempDatabase(dir)).db, aProject('four'));
  const left = await readdir(dir);
  expect(left).toContain(`.history.db.${process.pid}.0123456789ab.tmp`);
  expect(left.filter((name) => name.includes(`.${worker.pid}.`) || name.startsWith('history.lock'))).toEqual([]);
});

smallDiskTest('on a full disk a write is refused, nothing is lost, and with space again it goes on', async () => {
  const disk = await smallDisk('1m');
  const { db } = await tempDatabase(disk);
  const { id } = await addProject(db, aProject('one'));
  const kept: string[] = [];
  const fill = async () => {
    for (;;) {
      const deployment = aDeployment(id, { logs: 'x'.repeat(50_000) });
      await insertDeployment(db, deployment);
      kept.push(deployment.id);
    }
  };
  await expect(fill()).rejects.toMatchObject({ failure: { code: 'DiskFull' } });
  const ids = async (from: Database) => (await listDeployments(from, { limit: 1000 })).map((each) => each.id).sort();
  expect(await ids(db)).toEqual(kept.sort());
  const { db: fresh, notices } = await tempDatabase(disk);
  expect(await ids(fresh)).toEqual(kept);
  execFileSync('mount', ['-o', 'remount,size=8m', disk]);
  await addProject(db, aProject('two'));
  await db.close();
  expect(await names((await tempDatabase(disk)).db)).toEqual(['one', 'two']);
  expect(notices).toEqual([]);
});

smallDiskTest('a first write onto a full disk says so and leaves no half history', async () => {
  const disk = await smallDisk('64k');
  await writeFile(join(disk, 'filler'), Buffer.alloc(60_000));
  const { db } = await tempDatabase(join(disk, 'home'));
  await expect(addProject(db, aProject('one'))).rejects.toMatchObject({ failure: { code: 'DiskFull' } });
  expect(await listProjects(db)).toEqual([]);
  expect(await readdir(join(disk, 'home'))).toEqual([]);
});

test('a home that is a file is named as not writable', async () => {
  const dir = await tempDir();
  await writeFile(join(dir, 'home'), '');
  const { db } = await tempDatabase(join(dir, 'home'));
  await expect(addProject(db, aProject('one'))).rejects.toMatchObject({ failure: { code: 'StorageNotWritable' } });
});
