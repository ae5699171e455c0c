/**
 * What a write to the history costs at 100 and at 10,000 deployments: `node test/bench/history.ts`.
 * The two are measured in turns, so that both meet the same weather of the machine.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Database, openDatabase } from '../../src/storage/database.ts';
import { updateDeployment } from '../../src/storage/deployments.ts';
import { addProject } from '../../src/storage/projects.ts';
import { aDeployment, aProject } from '../storage/rows.ts';

const sizes = [100, 10_000];
const rounds = 15;
const writesPerRound = 20;
/** A log of moderate length for each record. */
const logs = 'a line of the log of a deployment, of ordinary length\n'.repeat(20);

export interface HistoryCost {
  deployments: number;
  /** Megabytes of history.db. */
  megabytes: number;
  /** Median of one write; its writer and another one take turns, so that each also follows the other. */
  writeMs: number;
  /** Making a new history.db of the journal: once for so many writes. */
  foldMs: number;
  writesPerFold: number;
  /** First look of a new process at the history. */
  openMs: number;
}

interface Filled {
  size: number;
  dir: string;
  doors: [Database, Database];
  ids: string[];
  times: number[];
}

export async function measureHistory(): Promise<HistoryCost[]> {
  const histories = await Promise.all(sizes.map(fill));
  try {
    for (let round = 0; round <= rounds; round++) for (const each of histories) await writeSome(each, round > 0);
    return await Promise.all(histories.map((each) => summary(each)));
  } finally {
    for (const { dir } of histories) await rm(dir, { recursive: true });
  }
}

async function fill(size: number): Promise<Filled> {
  const dir = await mkdtemp(path.join(tmpdir(), 'history-'));
  const db = openDatabase(dir);
  const { id: projectId } = await addProject(db, aProject('shop'));
  const ids = Array.from({ length: size }, () => randomUUID());
  await db.write((tx) => {
    for (const id of ids) {
      const row = { id, project_id: projectId, status: 'success', commit_message: 'Change a thing' };
      tx.insert('deployments', { ...row, started_at: 1_700_000_000, completed_at: 1_700_000_100, logs });
    }
  });
  await db.close();
  return { size, dir, doors: [db, openDatabase(dir)], ids, times: [] };
}

/** What a step writes: a fact and a status. The first round only warms up. */
async function writeSome({ doors, ids, times }: Filled, counts: boolean): Promise<void> {
  for (let n = 0; n < writesPerRound; n++) {
    const id = ids[(n * 37) % ids.length] ?? '';
    const { facts } = aDeployment('', { facts: { operation: 'deploy', imageUri: `registry/shop:${n}` } });
    const took = await milliseconds(() => updateDeployment(doors[n % 2 ? 1 : 0], id, { status: 'inprogress', facts }));
    if (counts) times.push(took);
  }
}

async function summary({ size, dir, doors, times }: Filled): Promise<HistoryCost> {
  const journal = (await stat(path.join(dir, 'history.journal'))).size;
  const openMs = await milliseconds(() => openDatabase(dir).read((db) => db.all('SELECT count(*) FROM deployments')));
  const foldMs = await milliseconds(() => doors[0].close());
  const { size: bytes } = await stat(path.join(dir, 'history.db'));
  const writes = (rounds + 1) * writesPerRound;
  return {
    deployments: size,
    megabytes: bytes / 1e6,
    writeMs: median(times),
    foldMs,
    writesPerFold: Math.round(Math.max(1024 * 1024, bytes / 2) / (journal / writes)),
    openMs,
  };
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** A write with its share of the fold that it leads to. */
export function costPerWrite({ writeMs, foldMs, writesPerFold }: HistoryCost): number {
  return writeMs + foldMs / writesPerFold;
}

function print(costs: HistoryCost[]): void {
  console.log('History: one write, with its share of folding the journal');
  for (const cost of costs) {
    const { deployments, megabytes, writeMs, foldMs, writesPerFold, openMs } = cost;
    console.log(
      `  at ${deployments.toLocaleString('en').padStart(6)} deployments (${megabytes.toFixed(1)} MB): ` +
        `${costPerWrite(cost).toFixed(2)} ms = ${writeMs.toFixed(2)} ms + ${foldMs.toFixed(0)} ms / ${writesPerFold} writes; ` +
        `opening ${openMs.toFixed(0)} ms`,
    );
  }
  const [small, large] = costs.map(costPerWrite);
  if (small && large) console.log(`  ratio ${(large / small).toFixed(2)}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) print(await measureHistory());
