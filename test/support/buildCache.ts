import type Dockerode from 'dockerode';

interface CacheRecord {
  ID: string;
  Parent: string;
  Description: string;
}

/**
 * Takes from the engine's build cache every record whose instruction says `mark`, and all that was built upon them, so
 * that the engine is to these builds what another computer would be. Nothing else is touched.
 */
export async function forgetBuilds(docker: Dockerode, mark: string): Promise<void> {
  for (let round = 0; round < 10; round++) {
    const { BuildCache: records } = (await docker.df()) as { BuildCache: CacheRecord[] };
    const ours = withDescendants(records, mark);
    if (ours.length === 0) return;
    // What others are built upon goes in a later round.
    for (const id of ours) await prune(docker, id);
  }
  throw new Error(`the engine keeps builds of ${mark}`);
}

function withDescendants(records: CacheRecord[], mark: string): string[] {
  const found = new Set(records.filter(({ Description }) => Description.includes(mark)).map(({ ID }) => ID));
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const { ID, Parent } of records) if (found.has(Parent)) found.add(ID);
  }
  return [...found];
}

function prune(docker: Dockerode, id: string): Promise<unknown> {
  const options = { all: true, filters: { id: [id] } };
  const request = { method: 'POST', path: '/build/prune?', options, statusCodes: { 200: true } };
  return new Promise((resolve, reject) =>
    docker.modem.dial(request as never, (error: unknown, answer: unknown) => (error ? reject(error) : resolve(answer))),
  );
}
