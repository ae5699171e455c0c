import { cmdFor, dockerfileOf } from '../dockerfileText.ts';
import type { AppPlan, BaseImage } from '../framework.ts';
import { programStage } from '../runStage.ts';

export interface GoParts {
  kind: string;
  /** go.work and its sums, where there is one. */
  workspace: string[];
  /** go.mod and go.sum of each module. */
  manifests: string[][];
  isVendored: boolean;
  /** A dependency is written in C. */
  needsC: boolean;
  /** What the program reads while it runs. */
  folders: string[];
}

const modules = '--mount=type=cache,target=/go/pkg/mod';
const objects = '--mount=type=cache,target=/root/.cache/go-build';

export function goDockerfile(plan: AppPlan, base: BaseImage, parts: GoParts): string {
  const { workspace, manifests, isVendored, needsC, folders, kind } = parts;
  return dockerfileOf(
    `FROM ${base(`golang:${plan.languageVersion}-bookworm`)} AS build`,
    // A program that needs no C library is linked into one file.
    !needsC && 'ENV CGO_ENABLED=0',
    'WORKDIR /src',
    ...(isVendored ? [] : [workspace, ...manifests].filter((files) => files.length > 0).map(copyLine)),
    plan.installCommand !== '' && `RUN ${modules} ${plan.installCommand}`,
    'COPY . .',
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
    `CMD ${cmdFor(plan.startCommand)}`,
  );
}

/** `go.mod go.sum` of one folder, to where they belong. */
function copyLine(files: readonly string[]): string {
  const folder = files[0]?.includes('/') ? files[0].slice(0, files[0].lastIndexOf('/') + 1) : './';
  return `COPY ${files.join(' ')} ${folder}`;
}
