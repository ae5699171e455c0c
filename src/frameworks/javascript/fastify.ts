import type { Framework } from '../framework.ts';
import { serverOf } from './simple.ts';

export const fastify: Framework = serverOf('fastify', {
  kind: 'fastify',
  label: 'Fastify',
  // For fastify-cli, which listens on localhost else.
  runEnv: ['FASTIFY_ADDRESS=0.0.0.0'],
});
