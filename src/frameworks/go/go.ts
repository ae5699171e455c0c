import { fail } from '../../shared/errors.ts';
import { commonIgnores } from '../dockerfileText.ts';
import { blankPlan, type Framework, type Recognised, type SourceTree } from '../framework.ts';
import { evidenceAt } from '../manifest.ts';
import { runtimeFolders } from '../runStage.ts';
import { wishedFirst } from '../wishes.ts';
import { goDockerfile } from './dockerfile.ts';
import { embeddedFrontEnd } from './embedded.ts';
import { goListening } from './listening.ts';
import { type GoMain, goMains } from './mains.ts';
import { type GoModule, goModules, goVersion } from './modules.ts';

/** By module; the first that is there names the app. */
const libraries: readonly [path: string, kind: string, label: string][] = [
  ['github.com/gin-gonic/gin', 'gin', 'Gin'],
  ['github.com/labstack/echo', 'echo', 'Echo'],
  ['github.com/gofiber/fiber', 'fiber', 'Fiber'],
  ['github.com/go-chi/chi', 'chi', 'Chi'],
];
const defaultPort = 8080;

/** go.mod or go.work with a program in it. */
export const go: Framework = {
  id: 'go',
  kinds: libraries.map(([, kind]) => kind),
  async detect(source, wishes) {
    const modules = await goModules(source);
    const [first] = modules;
    if (!first) return undefined;
    const mains = await goMains(source, first.name);
    const [main] = mains;
    if (!main) throw fail('NotAnApp', `${first.file} describes a library`, 'every folder for a func main()');
    const module = ownerOf(modules, main.folder) ?? first;
    return recognised(source, { modules, module, mains, main }, wishes.kind);
  },
};

interface Found {
  modules: GoModule[];
  module: GoModule;
  mains: GoMain[];
  main: GoMain;
}

async function recognised(source: SourceTree, found: Found, wish: string | undefined): Promise<Recognised> {
  const { modules, module, main } = found;
  const version = await goVersion(source, modules);
  const listening = await goListening(source, main);
  const [path = '', kind, label] = libraryOf(module, wish);
  const parts = await partsOf(source, modules, main);
  const frontEnd = await embeddedFrontEnd(source);
  return {
    ...blankPlan,
    framework: 'go',
    kind: kind ?? 'go',
    label: `${label ? `${label} on ` : ''}Go ${version.value}`,
    language: 'go',
    languageVersion: version.value,
    packageManager: 'go',
    installCommand: parts.isVendored ? '' : 'go mod download',
    buildCommand: `go build -trimpath -ldflags="-s -w" -o /out/app ${main.folder === '.' ? '.' : `./${main.folder}`}`,
    startCommand: 'app',
    port: listening.port ?? defaultPort,
    healthPath: listening.healthPath,
    evidence: [
      ...(parts.manifests[0] === 'go.work' ? [{ file: 'go.work', says: 'a workspace of Go modules' }] : []),
      evidenceAt(module.file, module.text, 'module ', `the Go module ${module.name}`),
      ...(path ? [evidenceAt(module.file, module.text, path, `depends on ${path}`)] : []),
      ...version.evidence,
      main.evidence,
      ...listening.evidence,
      ...(frontEnd ? [frontEnd.evidence, ...frontEnd.assets.evidence.map(below(frontEnd.folder))] : []),
    ],
    warnings: [
      ...(frontEnd?.assets.warnings ?? []),
      ...listening.warnings,
      ...sumWarning(parts, module),
      ...otherMains(found),
    ],
    dockerignore: [...commonIgnores, '**/*_test.go', 'bin', 'tmp', '**/node_modules'],
    writeDockerfile: (plan, base) => goDockerfile(plan, base, { ...parts, kind: kind ?? 'go', frontEnd }),
  };
}

function libraryOf(module: GoModule, wish: string | undefined) {
  // Those that the project names itself; one that only a dependency needs is marked as indirect.
  const direct = module.requires.filter((path) => !new RegExp(`${path}\\s.*// indirect`).test(module.text));
  return (
    wishedFirst(libraries, ([, kind]) => kind, wish).find(([path]) =>
      direct.some((each) => each === path || each.startsWith(`${path}/`)),
    ) ?? []
  );
}

const below =
  (folder: string) =>
  <Item extends { file: string }>(item: Item): Item => ({ ...item, file: `${folder}/${item.file}` });

function ownerOf(modules: readonly GoModule[], folder: string): GoModule | undefined {
  const owners = modules.filter((each) => each.folder === '.' || `${folder}/`.startsWith(`${each.folder}/`));
  return owners.sort((a, b) => b.folder.length - a.folder.length)[0];
}

async function partsOf(source: SourceTree, modules: readonly GoModule[], main: GoMain) {
  const pairs = modules.flatMap(({ file }) => [file, file.replace(/mod$/, 'sum')]);
  const manifests: string[] = [];
  for (const file of ['go.work', 'go.work.sum', ...pairs]) if (await source.has(file)) manifests.push(file);
  return {
    manifests,
    isVendored: await source.has('vendor/modules.txt'),
    needsC: modules.some(({ requires }) => requires.some((path) => cgoModules.includes(path))),
    folders: await runtimeFolders(source, main.folder),
  };
}

/** Modules that are written in C for a part, and stop working, or do not build, without a compiler for it. */
const cgoModules = [
  'github.com/mattn/go-sqlite3',
  'github.com/confluentinc/confluent-kafka-go',
  'github.com/h2non/bimg',
];

function sumWarning(
  { manifests, isVendored }: { manifests: string[]; isVendored: boolean },
  module: GoModule,
): string[] {
  const hasSum = isVendored || module.requires.length === 0 || manifests.some((file) => file.endsWith('go.sum'));
  return hasSum ? [] : ['There is no go.sum, without which Go refuses to build; run `go mod tidy` and commit it.'];
}

function otherMains({ mains, main }: Found): string[] {
  const others = mains.filter((each) => each !== main).map((each) => each.folder);
  if (others.length === 0) return [];
  return [`${main.folder} is built; there are other programs in ${others.slice(0, 5).join(', ')}.`];
}
