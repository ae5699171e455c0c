// Several clients that ask one URL over and over; used by the demo and the end-to-end tests.
import { Agent, get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

const PAUSE_MS = 5;
const LIMIT_MS = 10_000;

/**
 * Starts asking at once: half of the clients keep their connection, the other half make a new one for each request.
 * `stop()` waits for the open requests and resolves with { total, failures, answers }; anything but a 200 is a failure.
 */
export function startLoad(url, { clients = 8 } = {}) {
  const result = { total: 0, failures: [], answers: {} };
  let stopped = false;
  const ask = async (client) => {
    const agent = new Agent({ keepAlive: client % 2 === 0, maxSockets: 1 });
    while (!stopped) {
      await request(url, agent).then(
        (text) => {
          result.answers[text] = (result.answers[text] ?? 0) + 1;
        },
        (error) => result.failures.push(`${agent.keepAlive ? 'keep-alive' : 'new connection'}: ${error.message}`),
      );
      result.total++;
      await wait(PAUSE_MS);
    }
    agent.destroy();
  };
  const all = Promise.all(Array.from({ length: clients }, (_, client) => ask(client)));
  return {
    clients,
    async stop() {
      stopped = true;
      await all;
      return result;
    },
  };
}

function request(url, agent) {
  return new Promise((resolve, reject) => {
    const asked = get(url, { agent, timeout: LIMIT_MS }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () =>
        response.statusCode === 200 ? resolve(text.trim()) : reject(new Error(`status ${response.statusCode}`)),
      );
      response.on('error', reject);
      response.on('aborted', () => reject(new Error('cut answer')));
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${LIMIT_MS / 1000} s`)));
    asked.on('error', reject);
  });
}
