import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Look } from '../../src/deploy/destination.ts';
import { connectAws } from '../../src/services/aws.ts';
import type { Project } from '../../src/shared/models.ts';
import { defaultSettings } from '../../src/shared/settings.ts';

export interface QueryAnswer {
  status?: number;
  body: string;
}

/** An AWS of the query protocols (EC2, IAM), which gives each action the XML of AWS's own documentation. */
export async function serveQueries(answers: Record<string, QueryAnswer>) {
  const asked: string[] = [];
  const server = http.createServer(async (request, response) => {
    const action = new URLSearchParams(await text(request)).get('Action') ?? '';
    asked.push(action);
    const { status = 200, body } = answers[action] ?? { status: 400, body: '<Response/>' };
    response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const look = (project: Partial<Project> = {}): Look => ({
    aws: connectAws({ region: defaultSettings.region, endpoint, profile: '' }),
    project: { name: 'shop', awsService: 'shop', awsCluster: 'web', options: {}, ...project } as Project,
    signal: AbortSignal.timeout(10_000),
  });
  return { look, asked, stop: () => void server.close().closeAllConnections() };
}

/** How IAM refuses. */
export function iamRefusal(status: number, code: string, message: string): QueryAnswer {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return {
    status,
    body: `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">${error}<RequestId>1</RequestId></ErrorResponse>`,
  };
}
