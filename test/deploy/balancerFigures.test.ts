import { afterEach, expect, test } from 'vitest';
import { balancerFigures } from '../../src/deploy/balancerFigures.ts';
import { iamRefusal, type QueryAnswer, serveQueries } from '../support/queryServer.ts';

let server: Awaited<ReturnType<typeof serveQueries>> | undefined;
afterEach(() => server?.stop());

const arn = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/shop/73e2d6bc24d8a067';
const balanced = { loadBalancers: [{ targetGroupArn: arn, containerName: 'shop', containerPort: 3000 }] };
const answer = (action: string, result: string): QueryAnswer => ({
  body: `<${action}Response xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><${action}Result>${result}</${action}Result></${action}Response>`,
});
const group = answer(
  'DescribeTargetGroups',
  `<TargetGroups><member><TargetGroupArn>${arn}</TargetGroupArn><HealthCheckIntervalSeconds>30</HealthCheckIntervalSeconds><HealthyThresholdCount>5</HealthyThresholdCount></member></TargetGroups>`,
);
const attributes = answer(
  'DescribeTargetGroupAttributes',
  '<Attributes><member><Value>300</Value><Key>deregistration_delay.timeout_seconds</Key></member></Attributes>',
);

async function figuresFrom(answers: Record<string, QueryAnswer>) {
  server = await serveQueries(answers);
  const lines: string[] = [];
  const figures = await balancerFigures({ ...server.look(), log: (line) => lines.push(line) }, balanced);
  return { figures, lines };
}

test('a target group tells how often it asks, for how many good answers, and how long it drains', async () => {
  const answers = { DescribeTargetGroups: group, DescribeTargetGroupAttributes: attributes };
  expect(await figuresFrom(answers)).toEqual({
    figures: { targetIntervalSeconds: 30, targetHealthyThreshold: 5, deregistrationSeconds: 300 },
    lines: [],
  });
});

test('who may not look at it is told, and nothing fails', async () => {
  const refused = iamRefusal(
    403,
    'AccessDenied',
    'User: me is not authorized to perform: elasticloadbalancing:Describe',
  );
  const { figures, lines } = await figuresFrom({
    DescribeTargetGroups: refused,
    DescribeTargetGroupAttributes: refused,
  });
  expect(figures).toEqual({});
  expect(lines).toEqual([expect.stringMatching(/not known: .*elasticloadbalancing:Describe/)]);
});

test('a service without a balancer is asked nothing about it', async () => {
  server = await serveQueries({});
  expect(await balancerFigures({ ...server.look(), log: () => undefined }, {})).toEqual({});
  expect(server.asked).toEqual([]);
});
