import { aptLine, runFor } from '../dockerfileText.ts';
import type { AppPlan, BaseImage } from '../framework.ts';
import type { Toolchain } from './toolchain.ts';

/** How the dependencies of a project come into its image: the command, and whether it brings the tools of development. */
export function installCommand({ manager, needs }: Toolchain, withDev: boolean): string {
  // Scripts that run on install may be tools of development (prisma), so those come too and leave later.
  return withDev || needs.source || needs.folders.length > 0 ? manager.install : manager.installProduction;
}

/**
 * The first instructions of the build stage, up to and with `COPY . .`. Manifests first, so that the dependencies
 * stay cached until they change.
 */
export function installLines(
  tools: Toolchain,
  { languageVersion, installCommand }: AppPlan,
  base: BaseImage,
): string[] {
  const { manager, needs, system } = tools;
  const install = installCommand ? [runFor(installCommand, manager.cache)] : [];
  return [
    `FROM ${base(`node:${languageVersion}-bookworm-slim`)} AS build`,
    ...(system.build.length > 0 ? [aptLine(system.build)] : []),
    'WORKDIR /app',
    ...manager.env.map((each) => `ENV ${each}`),
    ...(manager.setUp ? [`RUN ${manager.setUp}`] : []),
    ...(needs.source ? ['COPY . .'] : manifestLines(tools)),
    ...(needs.dropped.length > 0
      ? [`RUN npm pkg delete ${needs.dropped.map((name) => `scripts.${name}`).join(' ')}`]
      : []),
    ...install,
    ...(needs.source ? [] : ['COPY . .']),
  ];
}

function manifestLines({ manager, members, needs }: Toolchain): string[] {
  return [
    `COPY ${manager.files} ./`,
    ...members.map(({ folder }) => `COPY ${folder}/package.json ${folder}/`),
    ...needs.folders.map((folder) => `COPY ${folder}/ ${folder}/`),
  ];
}
