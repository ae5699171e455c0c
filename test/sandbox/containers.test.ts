import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import Dockerode from 'dockerode';
import { afterEach, describe, expect, it } from 'vitest';
import { createEngine } from '../../src/sandbox/containers.ts';
import { DockerRefused, EngineClosed } from '../../src/sandbox/dockerAnswers.ts';
import { type LogLine, readLogLines, sinceParameter } from '../../src/sandbox/dockerLogs.ts';
import { eventually, image } from '../support/ecsServer.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function open() {
  const sandboxId = randomBytes(8).toString('hex');
  const heard: string[] = [];
  const engine = createEngine(new Dockerode(), sandboxId, { onContainer: (id) => heard.push(id), onReachable() {} });
  await engine.open();
  cleanUps.push(
    () => engine.clear(),
    () => engine.close(),
  );
  const run = async (script: string, more: object = {}) => {
    const id = await engine.create({ name: `test-${sandboxId}`, Image: image, Cmd: ['node', '-e', script], ...more });
    await engine.start(id);
    return id;
  };
  return { engine, heard, run, sandboxId };
}

describe('Docker', () => {
  it('says when a container of this sandbox dies, and not when another does', async () => {
    const [mine, other] = [await open(), await open()];
    const id = await mine.run('process.exit(5)');
    await eventually(
      () => mine.heard,
      (all) => all.includes(id),
    );
    expect(await mine.engine.inspect(id)).toMatchObject({ running: false, exitCode: 5, outOfMemory: false });
    expect(other.heard).toEqual([]);
    expect((await other.engine.list()).map((one) => one.id)).not.toContain(id);
  });

  it('publishes ports on loopback only', async () => {
    const { engine, run, sandboxId } = await open();
    const bindings = { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] };
    const id = await run('setInterval(()=>{},1000)', {
      HostConfig: { PortBindings: bindings },
      ExposedPorts: { '80/tcp': {} },
    });
    const facts = await engine.inspect(id);
    expect(facts?.ports[80]).toBeGreaterThan(1023);
    expect(facts?.ip).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    const [listed] = await new Dockerode().listContainers({ filters: { label: [`deployotron.sandbox=${sandboxId}`] } });
    expect(listed?.Ports.map((one) => one.IP)).toEqual(['127.0.0.1']);
  });

  it('makes a container of a name once, also when its answer is lost and it is asked again', async () => {
    const { engine, sandboxId } = await open();
    const options = { name: `once-${sandboxId}`, Image: image };
    expect(await engine.create(options)).toBe(await engine.create(options));
  });

  it('ends what does not end itself, and forgives what is gone already', async () => {
    const { engine, run } = await open();
    const id = await run(`process.on('SIGTERM',()=>{});setInterval(()=>{},1000)`);
    await engine.stop(id, 1);
    await engine.stop(id, 1);
    expect(await engine.inspect(id)).toMatchObject({ exitCode: 137 });
    await engine.remove(id);
    await engine.remove(id);
    expect(await engine.inspect(id)).toBeUndefined();
  });

  it('refuses in its own words', async () => {
    const { engine } = await open();
    const pull = engine.pull('127.0.0.1:1/none:1');
    await expect(pull).rejects.toBeInstanceOf(DockerRefused);
    await expect(pull).rejects.toThrow(/127\.0\.0\.1:1/);
    await expect(engine.create({ Image: 'no-such-image-anywhere:1' })).rejects.toThrow(/^No such image/);
  });

  it('is asked nothing more after the end', async () => {
    const { engine } = await open();
    await engine.close();
    await expect(engine.list()).rejects.toBeInstanceOf(EngineClosed);
  });
});

describe('log lines', () => {
  const frame = (text: string, source = 1): Buffer => {
    const payload = Buffer.from(text);
    const head = Buffer.from([source, 0, 0, 0, 0, 0, 0, 0]);
    head.writeUInt32BE(payload.length, 4);
    return Buffer.concat([head, payload]);
  };
  const read = async (chunks: Buffer[]): Promise<LogLine[]> => {
    const all: LogLine[] = [];
    for await (const lines of readLogLines(Readable.from(chunks))) all.push(...lines);
    return all;
  };
  const stamp = '2026-01-02T03:04:05.000000001Z';

  it('come whole, however the stream is cut', async () => {
    const stream = Buffer.concat([
      frame(`${stamp} one\n`),
      frame(`${stamp} é two\n`, 2),
      frame(`${stamp} \n`),
      frame(`${stamp} end`),
    ]);
    const expected = ['one', 'é two', '', 'end'].map((message) => ({ stamp, message }));
    for (let cut = 1; cut < stream.length; cut++)
      expect(await read([stream.subarray(0, cut), stream.subarray(cut)])).toEqual(expected);
    expect(await read([...stream].map((byte) => Buffer.from([byte])))).toEqual(expected);
  });

  it('that Docker cut into pieces are joined, each of the two streams for itself', async () => {
    const pieces = [
      frame(`${stamp} out `),
      frame(`${stamp} err `, 2),
      frame(`${stamp} more\n`),
      frame(`${stamp} done\n`, 2),
    ];
    expect((await read(pieces)).map((line) => line.message)).toEqual(['out more', 'err done']);
  });

  it('above what CloudWatch Logs takes are cut', async () => {
    const pieces = Array.from({ length: 20 }, () => frame(`${stamp} ${'x'.repeat(16 * 1024)}`));
    const lines = (await read([...pieces, frame(`${stamp} y\n`)])).map((line) => line.message);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(256 * 1024);
    expect(lines.join('')).toBe(`${'x'.repeat(320 * 1024)}y`);
  });

  it('are asked for from a time stamp on as Docker wants it', () => {
    expect(sinceParameter('2026-01-02T03:04:05.123456789Z')).toBe('1767323045.123456789');
    expect(sinceParameter('1970-01-01T00:00:01Z')).toBe('1.000000000');
  });
});
