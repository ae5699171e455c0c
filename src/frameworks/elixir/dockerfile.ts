import { aptLine, cmdFor, dockerfileOf, runFor } from '../dockerfileText.ts';
import type { AppPlan, BaseImage } from '../framework.ts';
import { healthcheckFor } from '../healthcheck.ts';

export interface ElixirParts {
  app: string;
  otp: string;
  isPhoenix: boolean;
  hasLock: boolean;
  hasAssets: boolean;
  hasConfig: boolean;
  node: { script: string; commands: string[] } | undefined;
}

/** A release has its own Erlang, which wants the very Debian that it was compiled on: that of the image of Erlang. */
export function elixirDockerfile(
  plan: AppPlan,
  base: BaseImage,
  { otp, isPhoenix, hasLock, hasConfig, node }: ElixirParts,
): string {
  return dockerfileOf(
    `FROM ${base(`elixir:${plan.languageVersion}-otp-${otp}-slim`)} AS build`,
    aptLine(['build-essential', 'git', ...(node ? ['nodejs', 'npm'] : [])]),
    'ENV MIX_ENV=prod',
    'WORKDIR /app',
    'RUN mix local.hex --force && mix local.rebar --force',
    `COPY mix.exs ${hasLock ? 'mix.lock ' : ''}./`,
    hasConfig && 'COPY config/config.exs config/prod.exs* config/',
    plan.installCommand !== '' && runFor(plan.installCommand),
    'COPY . .',
    runFor(plan.buildCommand),
    '',
    `FROM ${base(`erlang:${otp}-slim`)}`,
    'RUN useradd --system --create-home app',
    'WORKDIR /app',
    'COPY --from=build --chown=app:app /out ./',
    `ENV LANG=C.UTF-8${isPhoenix ? ' PHX_SERVER=true' : ''} PORT=${plan.port}`,
    'USER app',
    `EXPOSE ${plan.port}`,
    healthcheckFor('bash', plan),
    `CMD ${cmdFor(plan.startCommand)}`,
  );
}
