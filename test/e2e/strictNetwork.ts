import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * Stands before an AWS that takes a Fargate service without a network, and refuses it in AWS's own words; all else goes
 * through as it is.
 */
export async function refuseServicesWithoutNetwork(endpoint: string): Promise<{ endpoint: string; stop(): void }> {
  const server = http.createServer(async (request, response) => {
    const body = await buffer(request);
    if (lacksNetwork(request, body)) return refuse(response);
    const options = { method: request.method, headers: request.headers };
    const onward = http.request(new URL(request.url ?? '/', endpoint), options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    onward.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => void server.close().closeAllConnections() };
}

function lacksNetwork({ headers }: http.IncomingMessage, body: Buffer): boolean {
  if (!String(headers['x-amz-target']).endsWith('.CreateService')) return false;
  return !JSON.parse(body.toString()).networkConfiguration;
}

function refuse(response: http.ServerResponse): void {
  const message = "Network Configuration must be provided when networkMode 'awsvpc' is specified.";
  response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify({ __type: 'InvalidParameterException', message }));
}
