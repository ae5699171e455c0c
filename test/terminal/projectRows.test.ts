import { expect, test } from 'vitest';
import { projectRows } from '../../src/terminal/projectRows.ts';
import { aProject } from '../storage/rows.ts';

test('a project is shown in words and dates, its variables beside its environment', () => {
  const options = { healthPath: '/up', subnets: ['subnet-1', 'subnet-2'], environment: { LEVEL: 'debug' } };
  const project = {
    ...aProject('shop', { environment: 'staging', options }),
    id: '1',
    createdAt: 0,
    updatedAt: 86_400,
  };
  const rows = Object.fromEntries(projectRows(project));
  expect(rows).toMatchObject({
    environment: 'staging',
    variables: 'LEVEL=debug',
    'health path': '/up',
    subnets: 'subnet-1, subnet-2',
    created: expect.stringMatching(/^19(69|70)-\d\d-\d\d \d\d:\d\d$/),
  });
});
