import type { Framework } from '../framework.ts';
import { angular } from './angular.ts';
import { astro } from './astro.ts';
import { bun } from './bun.ts';
import { deno } from './deno.ts';
import { docusaurus } from './docusaurus.ts';
import { eleventy } from './eleventy.ts';
import { express } from './express.ts';
import { fastify } from './fastify.ts';
import { gatsby } from './gatsby.ts';
import { hono } from './hono.ts';
import { koa } from './koa.ts';
import { nestjs } from './nestjs.ts';
import { nextjs } from './nextjs.ts';
import { node } from './node.ts';
import { nuxt } from './nuxt.ts';
import { nx } from './nx.ts';
import { qwik } from './qwik.ts';
import { react } from './react.ts';
import { reactRouter } from './reactRouter.ts';
import { solid } from './solid.ts';
import { solidStart } from './solidStart.ts';
import { svelte } from './svelte.ts';
import { sveltekit } from './sveltekit.ts';
import { vite } from './vite.ts';
import { vue } from './vue.ts';

/**
 * What builds on another comes before it:
 * 1. frameworks that bring server and build at once, since they carry React, Vue, Vite or Express inside;
 *    a site generator comes after those that can do more, as some of them have it for their documentation;
 * 2. Bun and Deno, which run what the next ones are written with;
 * 3. servers, NestJS before the Express or Fastify that it stands on, and before front ends: React in an Express
 *    server's dependencies is rendered or built by that server;
 * 4. front ends by their view library, and those of no library that we know last;
 * 5. anything with a package.json that starts.
 * An app of an Nx workspace goes before all: its kind is in its own files, its dependencies are those of its neighbours, too.
 */
export const javascript: readonly Framework[] = [
  nx,
  nextjs,
  nuxt,
  sveltekit,
  solidStart,
  reactRouter,
  astro,
  qwik,
  angular,
  gatsby,
  docusaurus,
  eleventy,
  bun,
  deno,
  nestjs,
  fastify,
  koa,
  hono,
  express,
  react,
  vue,
  svelte,
  solid,
  vite,
  node,
];
