// The sandbox's process when an editor starts it: `sandbox.mjs --state <folder> --port <number>`.
import { parseArgs } from 'node:util';
import { serveSandbox } from './process.ts';

const { values } = parseArgs({ options: { state: { type: 'string' }, port: { type: 'string' } } });
if (!values.state || !values.port) throw new Error('--state and --port are needed');
await serveSandbox({ stateDir: values.state, port: Number(values.port) });
