/** Proves every fixture, or those that are named; started by images.mjs. The exit code is 1 when one fails. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Docker from 'dockerode';
import { DeployError, messageOf } from '../../src/shared/errors.ts';
import { missingHere } from './missingHere.ts';
import { type Proof, proveApp } from './proof.ts';

const apps = fileURLToPath(new URL('../fixtures/apps/', import.meta.url));
const asked = process.argv.slice(2);
const names = readdirSync(apps, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && (asked.length === 0 || asked.includes(entry.name)))
  .map((entry) => entry.name);

type Row = { kind: string; outcome: 'proven' | 'failed' | 'not built'; proof?: Proof; why: string };

const docker = new Docker();
const rows: Row[] = [];
console.log(
  `${'kind'.padEnd(26)} build s  image MB  answers  non-root  health  SIGTERM s  PORT  rebuild  ratio  dependencies`,
);
for (const name of names) {
  const row = await prove(name);
  rows.push(row);
  console.log(lineOf(row));
}
const count = (outcome: Row['outcome']) => rows.filter((row) => row.outcome === outcome).length;
console.log(`\n${count('proven')} proven, ${count('failed')} failed, ${count('not built')} not built`);
process.exitCode = count('failed') > 0 || rows.length === 0 ? 1 : 0;

async function prove(kind: string): Promise<Row> {
  try {
    const proof = await proveApp(docker, path.join(apps, kind));
    const why = objectionTo(proof);
    return { kind, outcome: why ? 'failed' : 'proven', proof, why };
  } catch (error) {
    // Nothing can be said of a kind whose base image or packages cannot be had here.
    const missing = missingHere(error);
    return { kind, outcome: missing ? 'not built' : 'failed', why: missing ?? wordsOf(error) };
  }
}

function objectionTo({ answered, changed, nonRoot, healthy, stopSeconds, dependenciesReused, plan }: Proof): string {
  if (!answered) return 'the expected text was not in the answer';
  if (!changed) return 'the changed line does not show after the rebuild';
  if (stopSeconds === undefined) return 'did not end on SIGTERM';
  // An own Dockerfile is the user's: what it does about these is not ours to say.
  if (plan.dockerfile && !nonRoot) return 'runs as root';
  if (plan.dockerfile && !healthy) return 'its own health check does not turn healthy';
  if (plan.dockerfile && dependenciesReused === false) return 'dependencies are installed again after a change';
  return '';
}

function wordsOf(error: unknown): string {
  if (!(error instanceof DeployError)) return messageOf(error);
  const { message, detail } = error.failure;
  return detail ? `${message}\n${detail}` : message;
}

function lineOf({ kind, outcome, proof, why }: Row): string {
  if (!proof) return `${kind.padEnd(26)} ${outcome}: ${why}`;
  const yes = (value: boolean | undefined) => (value === undefined ? '-' : value ? 'yes' : 'NO');
  const cells: [string, number][] = [
    [proof.build.seconds.toFixed(1), 7],
    [proof.build.megabytes.toFixed(0), 9],
    [yes(proof.answered && proof.changed), 8],
    [yes(proof.nonRoot), 9],
    [yes(proof.healthy), 7],
    [proof.stopSeconds?.toFixed(1) ?? 'killed', 10],
    [yes(proof.followsPort), 5],
    [`${proof.rebuild.seconds.toFixed(1)} s`, 8],
    [(proof.rebuild.seconds / proof.build.seconds).toFixed(2), 6],
  ];
  const reused = { true: 'reused', false: 'NOT REUSED', undefined: 'none' }[String(proof.dependenciesReused)];
  const row = `${kind.padEnd(26)}${cells.map(([cell, width]) => cell.padStart(width)).join(' ')}  ${reused}`;
  return outcome === 'failed' ? `${row}\n${' '.repeat(27)}failed: ${why}` : row;
}
