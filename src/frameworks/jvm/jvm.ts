import { fail } from '../../shared/errors.ts';
import { commonIgnores } from '../dockerfileText.ts';
import {
  type AppPlan,
  blankPlan,
  type EvidenceItem,
  type Framework,
  type Recognised,
  type SourceTree,
} from '../framework.ts';
import { type Listening, listeningIn } from '../listening.ts';
import { evidenceAt } from '../manifest.ts';
import { type JvmParts, jvmDockerfile } from './dockerfile.ts';
import { gradleBuilds } from './gradle.ts';
import { jvmHealth } from './health.ts';
import { type JvmKind, kindOf } from './kinds.ts';
import { type MainClass, mainClass } from './mainClass.ts';
import { type BuildFile, poms } from './maven.ts';
import { jvmTool } from './tool.ts';
import { javaVersion } from './version.ts';

const defaultPort = 8080;

/** pom.xml or a build script of Gradle: Spring Boot, Quarkus, or a class with a `main`; Java and Kotlin. */
export const jvm: Framework = {
  id: 'java',
  kinds: ['spring-boot', 'quarkus', 'kotlin'],
  async detect(source) {
    const maven = await poms(source);
    const builds = maven.length > 0 ? maven : await gradleBuilds(source);
    const [root] = builds;
    if (!root) return undefined;
    return recognised(source, builds, await appOf(source, builds, root));
  },
};

interface App {
  build: BuildFile;
  kind: JvmKind;
  main: MainClass | undefined;
}

/** The module that becomes a program: one with a known framework, else the first with a `main`. */
async function appOf(source: SourceTree, builds: readonly BuildFile[], root: BuildFile): Promise<App> {
  const leaves = builds.length > 1 ? [...builds.slice(1), root] : [root];
  const plain: JvmKind = { kind: 'java', label: '', sign: '' };
  for (const isKnown of [true, false]) {
    for (const build of leaves) {
      const kind = kindOf(build);
      if (isKnown ? !kind : kind && kind.kind !== 'java') continue;
      const main = await mainClass(source, build.folder, build);
      if (main || kind?.kind === 'quarkus') return { build, kind: kind ?? plain, main };
    }
  }
  const wanted = `${builds.map(({ file }) => file).join(', ')}, and the sources for a main method`;
  throw fail('NotAnApp', `${root.file} describes a library`, wanted);
}

async function recognised(source: SourceTree, builds: BuildFile[], { build, kind, main }: App): Promise<Recognised> {
  const version = await javaVersion(source, [build, ...builds]);
  const tool = await jvmTool(source, builds, build, kind);
  const isKotlin = /kotlin/i.test(build.text);
  const listening = await listeningOf(source, build, main, kind);
  const health = await jvmHealth(source, build, kind);
  const language = isKotlin ? 'Kotlin' : 'Java';
  const parts: JvmParts = { kind: kind.kind, tool, folder: build.folder, bootVersion: bootVersion(builds) };
  return {
    ...blankPlan,
    framework: 'other',
    kind: kind.kind === 'java' && isKotlin ? 'kotlin' : kind.kind,
    label: `${kind.label ? `${kind.label} on ` : ''}${isKotlin ? 'Kotlin, ' : ''}Java ${version.value}`,
    language: language.toLowerCase(),
    languageVersion: version.value,
    packageManager: tool.name,
    installCommand: tool.install,
    buildCommand: tool.build,
    startCommand: startOf(kind, main),
    port: listening.port ?? defaultPort,
    healthPath: health.healthPath,
    evidence: [
      { file: build.file, says: `a project of ${tool.name === 'maven' ? 'Maven' : 'Gradle'}` },
      ...(kind.sign
        ? [evidenceAt(build.file, build.text, kind.sign, `is packed as ${kind.label}`)].map(worded(kind))
        : []),
      ...tool.evidence,
      ...version.evidence,
      ...(main ? [main.evidence] : []),
      ...listening.evidence,
      ...health.evidence,
    ],
    warnings: listening.warnings,
    dockerignore: [...commonIgnores, '**/target', '**/build', '**/.gradle'],
    writeDockerfile: (plan: AppPlan, base) => jvmDockerfile(plan, base, parts),
  };
}

/** A library is no plugin that packs. */
const worded =
  ({ kind, label }: JvmKind) =>
  (item: EvidenceItem): EvidenceItem =>
    kind === 'java' ? { ...item, says: `depends on ${label}` } : item;

function startOf({ kind }: JvmKind, main: MainClass | undefined): string {
  if (kind === 'spring-boot') return 'java -Dserver.port=$PORT -jar app.jar';
  if (kind === 'quarkus') return 'java -Dquarkus.http.host=0.0.0.0 -Dquarkus.http.port=$PORT -jar quarkus-run.jar';
  return `java -cp 'classes:lib/*' ${main?.name}`;
}

/** Release of Spring Boot, as `3.4`; empty where the build does not say. */
function bootVersion(builds: readonly BuildFile[]): string {
  const patterns = [
    /<artifactId>spring-boot-(?:starter-parent|dependencies)<\/artifactId>\s*<version>\s*(\d+\.\d+)/,
    /["']org\.springframework\.boot["']\)?\s*version\s*["'](\d+\.\d+)/,
  ];
  for (const { text } of builds) for (const each of patterns) if (each.exec(text)) return each.exec(text)?.[1] ?? '';
  return '';
}

async function listeningOf(
  source: SourceTree,
  build: BuildFile,
  main: MainClass | undefined,
  { kind }: JvmKind,
): Promise<Listening> {
  const prefix = build.folder === '.' ? '' : `${build.folder}/`;
  const settings = ['properties', 'yml', 'yaml'].map((ending) => `${prefix}src/main/resources/application.${ending}`);
  const files = kind === 'java' && main ? [main.file, ...settings] : settings;
  return listeningIn(source, files, {
    numbers: [
      /^[ \t]*(?:server|quarkus\.http)\.port\s*[=:]\s*(?:\$\{PORT:)?(\d{2,5})/m,
      /^(?:server|ktor):\s*\n(?:[ \t]+.*\n)*?[ \t]+port:\s*(?:\$\{PORT:)?(\d{2,5})/m,
      /getenv\("PORT"\)[^;]{0,80}?"?(\d{2,5})\b/,
      /new InetSocketAddress\((?:"[^"]*",\s*)?(\d{2,5})\)/,
      /\bport\s*=\s*(\d{2,5})\b/i,
      /\.(?:start|listen|port)\(\s*(\d{2,5})\b/,
    ],
    routes: [],
    environment: /getenv\("PORT"\)|\benv\["PORT"\]/,
    local: /new InetSocketAddress\("(?:127\.0\.0\.1|localhost)"|server\.address\s*[=:]\s*(?:127\.0\.0\.1|localhost)/,
  });
}
