import { fail } from '../../shared/errors.ts';
import { commonIgnores } from '../dockerfileText.ts';
import { blankPlan, type Framework, type Recognised, type SourceTree } from '../framework.ts';
import { methodCall, routePattern } from '../healthRoute.ts';
import { type Listening, listeningIn } from '../listening.ts';
import { evidenceAt } from '../manifest.ts';
import { runtimeFolders } from '../runStage.ts';
import { wishedFirst } from '../wishes.ts';
import { rustDockerfile } from './dockerfile.ts';
import { nativeLibraries } from './natives.ts';
import { type CargoPackage, type CargoProject, cargoProject } from './packages.ts';
import { rustVersion } from './version.ts';

/** By crate; the first that is there names the app. Rocket listens on 8000 unless told otherwise. */
const crates: readonly [crate: string, kind: string, label: string, port: number][] = [
  ['rocket', 'rocket', 'Rocket', 8000],
  ['actix-web', 'actix', 'Actix', 8080],
  ['axum', 'axum', 'Axum', 3000],
];
const defaultPort = 8080;
/** These serve too, and have no name of their own here. */
const serving = ['warp', 'poem', 'salvo', 'tide', 'hyper', 'tonic', 'tiny_http', 'loco-rs'];

interface Program {
  owner: CargoPackage;
  name: string;
  file: string;
}

/** Cargo.toml with a program in it, or in a member of its workspace. */
export const rust: Framework = {
  id: 'rust',
  kinds: crates.map(([, kind]) => kind),
  async detect(source, wishes) {
    const project = await cargoProject(source);
    if (!project) return undefined;
    const programs = programsOf(project);
    const [program, ...others] = programs;
    if (!program) {
      throw fail('NotAnApp', 'Cargo.toml describes a library', 'src/main.rs, src/bin and [[bin]] of every member');
    }
    return recognised(source, project, [program, ...others], wishes.kind);
  },
};

/** The likeliest server first. */
function programsOf({ packages }: CargoProject): Program[] {
  const all = packages.flatMap((owner) => owner.programs.map((program) => ({ owner, ...program })));
  const score = ({ owner, name }: Program) =>
    (crates.some(([crate]) => owner.dependencies.includes(crate)) ? 8 : 0) +
    (serving.some((crate) => owner.dependencies.includes(crate)) ? 4 : 0) +
    (owner.defaultRun === name ? 3 : 0) +
    (name === owner.name ? 2 : 0) +
    (/^(?:.*[-_])?(?:server|api|web|app|backend)$/.test(name) ? 1 : 0) -
    (/worker|migrat|seed|cli$|client|xtask|gen$|bench/.test(name) ? 3 : 0);
  return all.sort((a, b) => score(b) - score(a));
}

async function recognised(
  source: SourceTree,
  project: CargoProject,
  programs: readonly [Program, ...Program[]],
  wish: string | undefined,
): Promise<Recognised> {
  const [program] = programs;
  const { owner, name, file } = program;
  const version = await rustVersion(source);
  const [crate = '', kind, label, usualPort] =
    wishedFirst(crates, ([, each]) => each, wish).find(([each]) => owner.dependencies.includes(each)) ?? [];
  const listening = await listeningOf(source, owner, file);
  const lock = await source.read('Cargo.lock');
  const shown = version.value === '1' ? 'Rust' : `Rust ${version.value}`;
  const locked = lock === undefined ? '' : ' --locked';
  const compile = `cargo build --release${locked} --package ${owner.name} --bin ${name}`;
  const settings = kind === 'rocket' && (await source.has('Rocket.toml')) ? ['Rocket.toml'] : [];
  const parts = {
    kind: kind ?? 'rust',
    project,
    program: name,
    compile,
    hasLock: lock !== undefined,
    hasSettings: await source.has('.cargo/config.toml'),
    native: nativeLibraries(lock ?? ''),
    runtime: [...(await runtimeFolders(source, owner.folder)), ...settings],
  };
  return {
    ...blankPlan,
    framework: 'rust',
    kind: kind ?? 'rust',
    label: label ? `${label} on ${shown}` : shown,
    language: 'rust',
    languageVersion: version.value,
    packageManager: 'cargo',
    installCommand: `cargo fetch${locked}`,
    buildCommand: compile,
    startCommand: kind === 'rocket' ? 'ROCKET_PORT=$PORT app' : 'app',
    port: listening.port ?? usualPort ?? defaultPort,
    healthPath: listening.healthPath,
    evidence: [
      evidenceAt(owner.file, owner.text, `"${owner.name}"`, `the Rust package ${owner.name}`),
      ...(crate ? [evidenceAt(owner.file, owner.text, `\n${crate}`, `depends on ${crate}`)].map(nextLine) : []),
      ...version.evidence,
      { file, says: 'the program that is started' },
      ...listening.evidence,
    ],
    warnings: [
      ...listening.warnings,
      ...(lock === undefined ? ['There is no Cargo.lock, so every build may take other versions; commit it.'] : []),
      ...otherPrograms(program, programs),
    ],
    // The image is chosen by the toolchain file; left in place it would make rustup fetch the very same again.
    dockerignore: [
      ...commonIgnores,
      '**/target',
      ...(version.isFetched ? [] : ['rust-toolchain', 'rust-toolchain.toml']),
    ],
    writeDockerfile: (plan, base) => rustDockerfile(plan, base, parts),
  };
}

/** The needle began with the end of the line before. */
function nextLine<Item extends { line?: number }>(item: Item): Item {
  return item.line ? { ...item, line: item.line + 1 } : item;
}

async function listeningOf(source: SourceTree, owner: CargoPackage, main: string): Promise<Listening> {
  const inside = (file: string) =>
    !/(?:^|\/)(?:tests?|testing|benches|examples|mocks?)(?:\/|\.rs$)/.test(file) &&
    (owner.folder === '.' || file.startsWith(`${owner.folder}/`));
  const files = (await source.files()).filter((file) => file.endsWith('.rs') && inside(file) && file !== main);
  const near = ['Rocket.toml', main, ...files].slice(0, 100);
  return listeningIn(source, near, {
    numbers: [
      /var\("PORT"\)[^;{}]*?"?(\d{2,5})\b/,
      /\bSocketAddr(?:V4)?::from\(\(\s*\[[\d, ]+\],\s*(\d{2,5})/,
      /"(?:\[::\]|[\d.]+|localhost):(\d{2,5})"/,
      /\bbind\(\(\s*"[^"]*",\s*(\d{2,5})/,
      /\bport\s*(?::\s*u16)?\s*=\s*(\d{2,5})\b/i,
    ],
    routes: [methodCall, routePattern(String.raw`#\[get\(\s*`), routePattern(String.raw`\bweb::resource\(\s*`)],
    environment: /var\("PORT"\)/,
    local: /"(?:127\.0\.0\.1|localhost):\d{2,}"|bind\(\(\s*"(?:127\.0\.0\.1|localhost)"|\[127, 0, 0, 1\]/,
    comment: /(?<![:"])\/\/.*$/gm,
  });
}

function otherPrograms(program: Program, programs: readonly Program[]): string[] {
  const others = programs.filter((each) => each !== program).map((each) => each.name);
  if (others.length === 0) return [];
  return [`${program.name} is built; there are other programs: ${others.slice(0, 5).join(', ')}.`];
}
