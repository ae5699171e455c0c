import { randomUUID } from 'node:crypto';
import { fail } from '../shared/errors.ts';
import type { Project } from '../shared/models.ts';
import type { Database, Reader, Row } from './database.ts';
import { removeLog } from './logs.ts';

export type ProjectInput = Omit<Project, 'id' | 'createdAt' | 'updatedAt'>;

/** By name. */
export function listProjects(db: Database): Promise<Project[]> {
  return db.read((reader) => reader.all('SELECT * FROM projects ORDER BY name').map(toProject));
}

/** By id, or by name in any case. Throws ProjectNotFound. */
export function getProject(db: Database, idOrName: string): Promise<Project> {
  return db.read((reader) => find(reader, idOrName));
}

/** Throws ProjectExists when the name is taken, in whatever case. */
export function addProject(db: Database, input: ProjectInput): Promise<Project> {
  const now = unixSeconds();
  const project: Project = { ...input, id: randomUUID(), createdAt: now, updatedAt: now };
  return db.write((tx) => {
    assertNameFree(tx, project.name, project.id);
    tx.insert('projects', toRow(project));
    return project;
  });
}

/** Changes what is given; `options` are replaced as a whole. Throws ProjectNotFound, ProjectExists. */
export function updateProject(db: Database, idOrName: string, change: Partial<ProjectInput>): Promise<Project> {
  return db.write((tx) => {
    const before = find(tx, idOrName);
    if (change.name !== undefined) assertNameFree(tx, change.name, before.id);
    tx.update('projects', before.id, toRow({ ...change, updatedAt: unixSeconds() }));
    return find(tx, before.id);
  });
}

/** With its deployments and their logs. Throws ProjectNotFound. */
export async function removeProject(db: Database, storageDir: string, idOrName: string): Promise<Project> {
  const { project, deploymentIds } = await db.write((tx) => {
    const project = find(tx, idOrName);
    const rows = tx.all('SELECT id FROM deployments WHERE project_id = ?', [project.id]);
    tx.remove('projects', project.id);
    return { project, deploymentIds: rows.map((row) => String(row.id)) };
  });
  for (const id of deploymentIds) await removeLog(storageDir, id);
  return project;
}

export function unixSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

function find(reader: Reader, idOrName: string): Project {
  // The id first: nothing keeps a project from being named like another one's id.
  const sql = 'SELECT * FROM projects WHERE id = ?1 OR name = ?1 ORDER BY id = ?1 DESC LIMIT 1';
  const row = reader.all(sql, [idOrName])[0];
  if (!row) throw fail('ProjectNotFound', idOrName);
  return toProject(row);
}

function assertNameFree(reader: Reader, name: string, ownId: string): void {
  if (reader.all('SELECT id FROM projects WHERE name = ? AND id <> ?', [name, ownId]).length > 0) {
    throw fail('ProjectExists', name);
  }
}

function toProject(row: Row): Project {
  return {
    id: row.id as string,
    name: row.name as string,
    repositoryUrl: row.repository_url as string,
    branch: row.branch as string,
    framework: row.framework as Project['framework'],
    environment: row.environment as Project['environment'],
    awsCluster: row.aws_cluster as string,
    awsService: row.aws_service as string,
    ecrRepository: row.ecr_repository as string,
    createdAt: row.created_at as number,
    updatedAt: row.updated_at as number,
    kind: row.kind as string,
    options: JSON.parse(row.options as string),
  };
}

/** Only the columns of what is given. */
function toRow(project: Partial<Project>): Row {
  const given = Object.entries(project).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([name, value]) => [columnOf(name), typeof value === 'object' ? JSON.stringify(value) : value]),
  );
}

/** `awsCluster` is kept in `aws_cluster`. */
export function columnOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
