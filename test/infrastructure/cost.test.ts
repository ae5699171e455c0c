import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CostExplorerClient } from '@aws-sdk/client-cost-explorer';
import { describe, expect, onTestFinished, test } from 'vitest';
import { differenceInWords, estimate, type Usage, usageOf } from '../../src/infrastructure/cost/estimate.ts';
import { pricedRegions, pricesOf } from '../../src/infrastructure/cost/prices.ts';
import { costsFrom } from '../../src/services/costExplorer.ts';
import type { Existing } from '../../src/shared/existing.ts';
import { failureOf } from '../e2e/world.ts';
import { runningShop } from './variants.ts';

const nothing: Existing = { cluster: false, repository: undefined, logGroup: undefined, service: undefined };
const assumed = { logsTakenIn: 0, natGateways: 0 };
const empty = { images: 0, logs: 0 };
const total = (usage: Usage, region = 'us-east-1') => estimate(usage, region)?.total ?? Number.NaN;

describe('the estimate', () => {
  test('of the least task, all month in the first region, is what the price list gives', () => {
    const usage = usageOf(nothing, empty, { assignPublicIp: false }, assumed);
    expect(total(usage)).toBeCloseTo(730 * (0.25 * 0.04048 + 0.5 * 0.004445), 6);
    expect(total(usage).toFixed(2)).toBe('9.01');
    expect(usage.remarks[0]).toBe('The service does not exist yet; this is what it would cost.');
  });

  test('counts a running service with its balancer, addresses, images and logs', () => {
    const usage = usageOf(
      { ...nothing, service: { ...runningShop, assignPublicIp: true } },
      { images: 2e9, logs: 5e9 },
      {},
      { logsTakenIn: 3, natGateways: 1 },
    );
    const lines = estimate(usage, 'eu-central-1')?.lines.map(({ what, amount, monthly }) => [
      what,
      amount,
      monthly.toFixed(2),
    ]);
    expect(lines).toEqual([
      ['Fargate CPU (X86_64)', '2 × 0.5 vCPU × 730 h', '33.99'],
      ['Fargate memory', '2 × 1 GB × 730 h', '7.46'],
      ['Public addresses', '4 × 730 h', '14.60'],
      ['Load balancer', '1 × 730 h', '19.71'],
      ['NAT gateway', '1 × 730 h', '37.96'],
      ['Logs taken in', '3 GB', '1.89'],
      ['Logs kept', '5 GB', '0.16'],
      ['Images kept', '2 GB', '0.20'],
    ]);
  });

  test('of another size differs by that size alone, and ARM costs a fifth less', () => {
    const of = (wish: object) => total(usageOf(nothing, empty, { assignPublicIp: false, ...wish }, assumed));
    expect(of({ desiredCount: 3 })).toBeCloseTo(3 * of({}), 6);
    expect(of({ cpu: 512, memory: 1024 })).toBeCloseTo(2 * of({}), 6);
    expect(of({ cpuArchitecture: 'ARM64' }) / of({})).toBeCloseTo(0.8, 2);
    expect(of({ desiredCount: 0 })).toBe(0);
  });

  test('says what it leaves out: Spot prices, instances, gateways', () => {
    const remarks = (change: object) =>
      usageOf({ ...nothing, service: { ...runningShop, ...change } }, empty, {}, assumed).remarks.join(' ');
    const spot = [{ provider: 'FARGATE_SPOT', weight: 1, base: 0 }];
    expect(remarks({ capacityProviders: spot, launchType: '' })).toContain('Fargate Spot');
    expect(remarks({ launchType: 'EC2' })).toContain('whose instances are not counted');
    expect(remarks({ assignPublicIp: false })).toContain('NAT gateway');
  });

  test('is not made up for a region that is not in the table', () => {
    expect(pricedRegions).toContain('eu-west-1');
    for (const region of ['mars-north-1', 'constructor', '__proto__']) expect(pricesOf(region)).toBeUndefined();
  });

  test('the difference is said in words', () => {
    const of = (sum: number) => ({ region: 'us-east-1', asOf: '2025-06', lines: [], total: sum, remarks: [] });
    expect(differenceInWords(of(9), of(18))).toBe('About $9.00 a month more: $18.00 instead of $9.00');
    expect(differenceInWords(of(18), of(9))).toBe('About $9.00 a month less: $9.00 instead of $18.00');
    expect(differenceInWords(of(9), of(9))).toBe('About $9.00 a month');
  });
});

describe('actual costs', () => {
  const today = new Date('2026-03-31T12:00:00Z');
  const options = () => ({ signal: AbortSignal.timeout(20_000), patienceMs: 1_000 });

  test('come by month and service, for the tag of the project', async () => {
    const bill = await billing(200, {
      ResultsByTime: [
        {
          TimePeriod: { Start: '2026-02-01', End: '2026-03-01' },
          Groups: [group('Amazon ECS', '9.01'), group('AWS X', '0')],
        },
        {
          TimePeriod: { Start: '2026-03-01', End: '2026-04-01' },
          Groups: [group('Amazon ECR', '0.5'), group('Amazon ECS', '8')],
        },
      ],
    });
    const costs = await costsFrom(bill.client, 'shop', today, options());
    expect(costs).toEqual({
      months: [
        { month: '2026-02', total: 9.01, currency: 'USD', services: [{ name: 'Amazon ECS', amount: 9.01 }] },
        {
          month: '2026-03',
          total: 8.5,
          currency: 'USD',
          services: [
            { name: 'Amazon ECS', amount: 8 },
            { name: 'Amazon ECR', amount: 0.5 },
          ],
        },
      ],
    });
    expect(bill.asked()).toMatchObject({
      TimePeriod: { Start: '2026-02-01', End: '2026-04-01' },
      Filter: { Tags: { Key: 'deployotron:project', Values: ['shop'] } },
    });
  });

  test('that nobody booked are explained: the tag is not activated', async () => {
    const bill = await billing(200, { ResultsByTime: [{ TimePeriod: { Start: '2026-03-01' }, Groups: [] }] });
    expect(await costsFrom(bill.client, 'shop', today, options())).toEqual({
      why: expect.stringContaining('Cost allocation tags'),
    });
  });

  test('of an account without Cost Explorer are explained', async () => {
    const bill = await billing(400, { __type: 'DataUnavailableException', message: 'Data is not available.' });
    expect(await costsFrom(bill.client, 'shop', today, options())).toEqual({
      why: expect.stringContaining('enable it'),
    });
  });

  test('that may not be asked for are refused in a sentence', async () => {
    const bill = await billing(400, {
      __type: 'AccessDeniedException',
      message: 'not authorized to perform: ce:GetCostAndUsage',
    });
    const failure = await failureOf(costsFrom(bill.client, 'shop', today, options()));
    expect(failure).toMatchObject({ code: 'AwsAccessDenied', message: expect.stringContaining('ce:GetCostAndUsage') });
  });
});

const group = (name: string, Amount: string) => ({ Keys: [name], Metrics: { UnblendedCost: { Amount, Unit: 'USD' } } });

/** A Cost Explorer with one answer, on the wire. */
async function billing(status: number, answer: object) {
  let asked: unknown;
  const server = createServer(async (incoming, outgoing) => {
    const body: Buffer[] = [];
    for await (const part of incoming) body.push(part);
    asked = JSON.parse(Buffer.concat(body).toString());
    outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return { client: new CostExplorerClient({ endpoint, region: 'us-east-1', credentials }), asked: () => asked };
}
