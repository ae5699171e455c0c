import { assetsStage, forFolder } from '../assets.ts';
import { cmdFor, copyLines, dockerfileOf } from '../dockerfileText.ts';
import type { AppPlan, BaseImage } from '../framework.ts';
import { healthcheckFor } from '../healthcheck.ts';
import { programStage } from '../runStage.ts';
import type { Embedded } from './embedded.ts';

export interface GoParts {
  kind: string;
  /** go.work, go.mod and their sums. */
  manifests: string[];
  isVendored: boolean;
  /** A dependency is written in C. */
  needsC: boolean;
  /** What the program reads while it runs. */
  folders: string[];
  frontEnd?: Embedded | undefined;
}

const modules = '--mount=type=cache,target=/go/pkg/mod';
const objects = '--mount=type=cache,target=/root/.cache/go-build';

export function goDockerfile(plan: AppPlan, base: BaseImage, parts: GoParts): string {
  const { manifests, isVendored, needsC, folders, kind, frontEnd } = parts;
  return dockerfileOf(
    ...(frontEnd ? forFolder(assetsStage(frontEnd.assets, plan, base), frontEnd.folder) : []),
    `FROM ${base(`golang:${plan.languageVersion}-bookworm`)} AS build`,
    // A program that needs no C library is linked into one file.
    !needsC && 'ENV CGO_ENABLED=0',
    'WORKDIR /src',
    ...(isVendored ? [] : copyLines(manifests)),
    plan.installCommand !== '' && `RUN ${modules} ${plan.installCommand}`,
    'COPY . .',
    frontEnd !== undefined &&
      `COPY --from=assets /app/${frontEnd.output.slice(frontEnd.folder.length + 1)} ./${frontEnd.output}`,
    `RUN ${modules} ${objects} \\`,
    `    ${plan.buildCommand}`,
    '',
    ...programStage(base('debian:bookworm-slim')),
    ...folders.map((folder) => `COPY --from=build /src/${folder} ./${folder}`),
    'COPY --from=build /out/app /usr/local/bin/app',
    kind === 'gin' && 'ENV GIN_MODE=release',
    `ENV PORT=${plan.port}`,
    'USER app',
    `EXPOSE ${plan.port}`,
    healthcheckFor('bash', plan),
    `CMD ${cmdFor(plan.startCommand)}`,
  );
}
