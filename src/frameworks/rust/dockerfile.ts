import { aptLine, cmdFor, copyLines, dockerfileOf } from '../dockerfileText.ts';
import type { AppPlan, BaseImage } from '../framework.ts';
import { healthcheckFor } from '../healthcheck.ts';
import { programStage } from '../runStage.ts';
import type { CargoProject } from './packages.ts';

export interface RustParts {
  kind: string;
  project: CargoProject;
  /** Name of the program. */
  program: string;
  /** What builds it, unless the user says otherwise. */
  compile: string;
  hasLock: boolean;
  /** The folder .cargo holds settings. */
  hasSettings: boolean;
  /** Packages of Debian that are linked against. */
  native: { build: string[]; run: string[] };
  /** What the program reads while it runs, relative to the source. */
  runtime: string[];
}

const registry = '--mount=type=cache,target=/usr/local/cargo/registry';

export function rustDockerfile(plan: AppPlan, base: BaseImage, parts: RustParts): string {
  const { kind, program, native, runtime } = parts;
  const roots = standIns(parts);
  return dockerfileOf(
    `FROM ${base(`rust:${plan.languageVersion}-bookworm`)} AS build`,
    native.build.length > 0 && aptLine(native.build),
    'WORKDIR /src',
    ...(roots.length > 0 ? dependencyLines(plan, parts, roots) : []),
    'COPY . .',
    // Cargo goes by the time of a file, and those of a clone may be older than what stood in for them.
    `RUN ${registry} \\`,
    roots.length > 0 && `    touch ${roots.join(' ')} && \\`,
    `    ${plan.buildCommand}`,
    '',
    ...programStage(base('debian:bookworm-slim'), native.run),
    ...runtime.map((path) => `COPY --from=build /src/${path} ./${path}`),
    `COPY --from=build /src/target/release/${program} /usr/local/bin/app`,
    kind === 'rocket' && 'ENV ROCKET_ADDRESS=0.0.0.0',
    `ENV PORT=${plan.port}`,
    'USER app',
    `EXPOSE ${plan.port}`,
    healthcheckFor('bash', plan),
    `CMD ${cmdFor(plan.startCommand)}`,
  );
}

/** Sources that can be stood in for while the dependencies are compiled; none where a name would need quoting. */
function standIns({ project: { roots, manifests } }: RustParts): string[] {
  return [...roots, ...manifests].every((file) => /^\w[\w./-]*$/.test(file)) ? roots : [];
}

/** Compiles all that is not the project's own, so that a change of its code compiles that alone. */
function dependencyLines(
  plan: AppPlan,
  { project, compile, hasLock, hasSettings }: RustParts,
  roots: string[],
): string[] {
  const [, ...members] = project.manifests;
  return [
    `COPY Cargo.toml ${hasLock ? 'Cargo.lock ' : ''}./`,
    ...(hasSettings ? ['COPY .cargo ./.cargo'] : []),
    ...copyLines(members),
    `RUN ${registry} \\`,
    `    for file in ${roots.join(' ')}; do mkdir -p "$(dirname $file)" && echo 'fn main() {}' > $file; done && \\`,
    `    ${plan.installCommand}${plan.buildCommand === compile ? ' && \\' : ''}`,
    ...(plan.buildCommand === compile ? [`    ${compile}`] : []),
  ];
}
