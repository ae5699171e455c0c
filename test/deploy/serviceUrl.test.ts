import type { Service } from '@aws-sdk/client-ecs';
import { afterEach, expect, test } from 'vitest';
import { serviceUrl } from '../../src/deploy/serviceUrl.ts';
import { serveQueries } from '../support/queryServer.ts';

let server: Awaited<ReturnType<typeof serveQueries>> | undefined;
afterEach(() => server?.stop());

const withPublicAddress: Service = {
  networkConfiguration: { awsvpcConfiguration: { subnets: [], assignPublicIp: 'ENABLED' } },
};
const task = {
  attachments: [
    { type: 'ElasticNetworkInterface', details: [{ name: 'networkInterfaceId', value: 'eni-0a1b2c3d4e5f67890' }] },
  ],
};

/** As the API reference of EC2 shows the answer for an interface with a public address. */
const interfaces = `<DescribeNetworkInterfacesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <requestId>fc45294c-006b-457b-bab9-012f5b3b0e40</requestId>
  <networkInterfaceSet><item>
    <networkInterfaceId>eni-0a1b2c3d4e5f67890</networkInterfaceId>
    <privateIpAddress>10.0.0.12</privateIpAddress>
    <association><publicIp>203.0.113.12</publicIp><ipOwnerId>amazon</ipOwnerId></association>
  </item></networkInterfaceSet>
</DescribeNetworkInterfacesResponse>`;

test('a service without a balancer answers at the public address of its task, on the app’s port', async () => {
  server = await serveQueries({ DescribeNetworkInterfaces: { body: interfaces } });
  const url = (port: number) => serviceUrl(server?.look() as never, withPublicAddress, port, async () => [task]);
  expect(await url(3000)).toBe('http://203.0.113.12:3000');
  expect(await url(80)).toBe('http://203.0.113.12');
});

test('a tag tells the address before anything is asked, and a private service has none', async () => {
  server = await serveQueries({});
  const tagged = { ...withPublicAddress, tags: [{ key: 'deployotron:url', value: 'https://shop.example.com' }] };
  const none = async () => [];
  expect(await serviceUrl(server.look(), tagged, 3000, none)).toBe('https://shop.example.com');
  expect(await serviceUrl(server.look(), {}, 3000, none)).toBe('');
  expect(server.asked).toEqual([]);
});
