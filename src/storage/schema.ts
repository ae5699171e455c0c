import type { Database as SqlDatabase } from 'sql.js';
import { environments } from '../shared/models.ts';

/** "DPLY": tells our file from any other SQLite file (PRAGMA application_id). */
export const applicationId = 0x44504c59;

const oneOf = (values: readonly string[]) => values.map((value) => `'${value}'`).join(', ');

/**
 * In order; the number of those that a file has seen is its `user_version`. Never change one that was released: add another.
 * Only `environment` has a CHECK: statuses and frameworks will grow, and SQLite cannot widen a CHECK without a new table.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE projects (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (name <> ''),
    repository_url TEXT NOT NULL,
    branch TEXT NOT NULL,
    framework TEXT NOT NULL,
    environment TEXT NOT NULL CHECK (environment IN (${oneOf(environments)})),
    aws_cluster TEXT NOT NULL,
    aws_service TEXT NOT NULL,
    ecr_repository TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  );
  CREATE TABLE deployments (
    id TEXT PRIMARY KEY NOT NULL,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    status TEXT NOT NULL CHECK (status <> ''),
    commit_sha TEXT NOT NULL DEFAULT '',
    commit_message TEXT NOT NULL DEFAULT '',
    image_tag TEXT NOT NULL DEFAULT '',
    started_at INTEGER NOT NULL,
    completed_at INTEGER,
    error_message TEXT NOT NULL DEFAULT '',
    logs TEXT NOT NULL DEFAULT ''
  );`,
  `ALTER TABLE projects ADD COLUMN kind TEXT NOT NULL DEFAULT '';
  ALTER TABLE projects ADD COLUMN options TEXT NOT NULL DEFAULT '{}';
  ALTER TABLE deployments ADD COLUMN facts TEXT NOT NULL DEFAULT '{"operation":"deploy"}';
  ALTER TABLE deployments ADD COLUMN failure TEXT;
  ALTER TABLE deployments ADD COLUMN evidence TEXT;
  ALTER TABLE deployments ADD COLUMN holder TEXT;
  CREATE INDEX deployments_by_project ON deployments (project_id, started_at DESC);
  CREATE INDEX deployments_by_start ON deployments (started_at DESC);
  CREATE INDEX deployments_unfinished ON deployments (status) WHERE completed_at IS NULL;
  CREATE TABLE journal (folded INTEGER NOT NULL);
  INSERT INTO journal VALUES (0);`,
];

export function versionOf(db: SqlDatabase): number {
  return Number(db.exec('PRAGMA user_version')[0]?.values[0]?.[0] ?? 0);
}

/** Brings the tables up to date; true when that changed anything. */
export function migrate(db: SqlDatabase): boolean {
  const before = versionOf(db);
  for (const [index, sql] of migrations.entries()) {
    if (index >= before) db.exec(`BEGIN; ${sql} PRAGMA user_version = ${index + 1}; COMMIT`);
  }
  if (before === migrations.length) return false;
  db.exec(`PRAGMA application_id = ${applicationId}`);
  return true;
}
