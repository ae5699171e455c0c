import type { EvidenceItem, SourceTree } from '../framework.ts';
import { gradleFolders, gradleName } from './gradle.ts';
import type { JvmKind } from './kinds.ts';
import type { BuildFile } from './maven.ts';

/** What builds the project. */
export interface JvmTool {
  name: 'maven' | 'gradle';
  /** The project brings its own release of the tool. */
  hasWrapper: boolean;
  /** What it has to see before it can fetch the libraries. */
  manifests: string[];
  /** Folders with parts of the build itself. */
  folders: string[];
  /** Empty where the libraries cannot be fetched without the sources. */
  install: string;
  build: string;
  cache: string;
  /** Where the build leaves the libraries and classes of a plain program, relative to the source. */
  output: string;
  evidence: EvidenceItem[];
}

export function jvmTool(source: SourceTree, builds: BuildFile[], app: BuildFile, kind: JvmKind): Promise<JvmTool> {
  return app.file.endsWith('pom.xml') ? maven(source, builds, app, kind) : gradle(source, builds, app, kind);
}

async function maven(
  source: SourceTree,
  builds: BuildFile[],
  { folder }: BuildFile,
  { kind }: JvmKind,
): Promise<JvmTool> {
  const hasWrapper = await source.has('mvnw');
  const mvn = `${hasWrapper ? './mvnw' : 'mvn'} -B -ntp`;
  const only = folder === '.' ? '' : ` -pl ${folder} -am`;
  // A plain program is run from its classes and libraries, so that no plugin has to pack them.
  const libraries = kind === 'java' ? ' dependency:copy-dependencies -DincludeScope=runtime' : '';
  return {
    name: 'maven',
    hasWrapper,
    manifests: [...builds.map(({ file }) => file), ...(hasWrapper ? ['mvnw'] : [])],
    folders: [],
    // Modules that need one another are not to be had before they are built.
    install: builds.length > 1 ? '' : `${mvn} dependency:go-offline`,
    build: `${mvn} package${libraries} -DskipTests${only}`,
    cache: '/root/.m2',
    output: 'target',
    evidence: hasWrapper ? [{ file: 'mvnw', says: 'brings its own Maven' }] : [],
  };
}

async function gradle(
  source: SourceTree,
  builds: BuildFile[],
  { folder }: BuildFile,
  { kind }: JvmKind,
): Promise<JvmTool> {
  const hasWrapper = await source.has('gradlew');
  const command = hasWrapper ? './gradlew' : 'gradle';
  const project = folder === '.' ? '' : `:${folder.replaceAll('/', ':')}:`;
  const task = { 'spring-boot': 'bootJar', quarkus: 'quarkusBuild', java: 'installDist' }[kind];
  const files = ['settings.gradle', 'settings.gradle.kts', 'gradle.properties', 'gradle/libs.versions.toml'];
  const there: string[] = [];
  for (const file of files) if (await source.has(file)) there.push(file);
  const name = folder === '.' ? await gradleName(source) : folder.split('/').at(-1);
  return {
    name: 'gradle',
    hasWrapper,
    manifests: [...builds.map(({ file }) => file), ...there, ...(hasWrapper ? ['gradlew'] : [])],
    folders: await gradleFolders(source),
    install: `${command} --no-daemon ${project}dependencies`,
    build: `${command} --no-daemon ${project}${task}`,
    cache: '/root/.gradle',
    // Without a name of its own a project is called after its folder, which in the image is `app`.
    output: `build/install/${name || 'app'}`,
    evidence: hasWrapper ? [{ file: 'gradlew', says: 'brings its own Gradle' }] : [],
  };
}
