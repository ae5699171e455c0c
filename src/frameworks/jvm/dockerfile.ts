import { cmdFor, copyLines, dockerfileOf, runFor } from '../dockerfileText.ts';
import type { AppPlan, BaseImage } from '../framework.ts';
import { healthcheckFor } from '../healthcheck.ts';
import type { JvmTool } from './tool.ts';

export interface JvmParts {
  kind: 'spring-boot' | 'quarkus' | 'java';
  tool: JvmTool;
  /** Of the module that is the app. */
  folder: string;
  /** `3.4`, or empty. */
  bootVersion: string;
}

export function jvmDockerfile(plan: AppPlan, base: BaseImage, parts: JvmParts): string {
  const { tool } = parts;
  return dockerfileOf(
    `FROM ${base(buildImage(tool, plan.languageVersion))} AS build`,
    tool.name === 'gradle' && 'ENV GRADLE_USER_HOME=/root/.gradle',
    'WORKDIR /app',
    ...(plan.installCommand ? copyLines(tool.manifests) : []),
    ...(plan.installCommand && tool.hasWrapper ? [`COPY ${wrapperFolder(tool)} ./${wrapperFolder(tool)}`] : []),
    ...(plan.installCommand ? tool.folders.map((folder) => `COPY ${folder} ./${folder}`) : []),
    plan.installCommand !== '' && runFor(plan.installCommand, tool.cache),
    'COPY . .',
    runFor(plan.buildCommand, tool.cache),
    ...gather(parts),
    '',
    `FROM ${base(`eclipse-temurin:${plan.languageVersion}-jre`)}`,
    // Of the memory that the task has; the rest is for what is not on the heap.
    'ENV JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=75 \\',
    `    PORT=${plan.port}`,
    'RUN useradd --system --create-home app',
    'WORKDIR /app',
    ...layers(parts),
    'USER app',
    `EXPOSE ${plan.port}`,
    healthcheckFor('bash', plan, { startPeriod: 120 }),
    `CMD ${cmdFor(plan.startCommand)}`,
  );
}

/** A wrapper needs Java alone, and fetches the release of its tool that the project names. */
function buildImage({ name, hasWrapper }: JvmTool, version: string): string {
  if (hasWrapper) return `eclipse-temurin:${version}-jdk`;
  return name === 'maven' ? `maven:3-eclipse-temurin-${version}` : `gradle:8-jdk${version}`;
}

const wrapperFolder = ({ name }: JvmTool) => (name === 'maven' ? '.mvn' : 'gradle');

function inModule(folder: string, path: string): string {
  return folder === '.' ? path : `${folder}/${path}`;
}

/** Brings what the build left to /out, whatever it is called. */
function gather({ kind, tool, folder, bootVersion }: JvmParts): string[] {
  const target = inModule(folder, tool.name === 'maven' ? 'target' : 'build/libs');
  if (kind === 'quarkus')
    return [`RUN mv ${inModule(folder, tool.name === 'maven' ? 'target' : 'build')}/quarkus-app /out`];
  if (kind === 'java' && tool.name === 'maven') {
    const output = inModule(folder, tool.output);
    return [`RUN mkdir -p /out ${output}/dependency && mv ${output}/classes /out/ && mv ${output}/dependency /out/lib`];
  }
  if (kind === 'java') return [`RUN mkdir -p /out/classes && mv ${inModule(folder, tool.output)}/lib /out/`];
  const others = ['sources', 'javadoc', 'plain'].map((each) => `! -name '*-${each}.jar'`).join(' ');
  const copy = `mkdir /out && find ${target} -maxdepth 1 -name '*.jar' ${others} -exec cp {} /out/app.jar ';'`;
  return [
    `RUN ${copy}${isSplit(bootVersion) ? ' && java -Djarmode=tools -jar /out/app.jar extract --destination /out/app' : ''}`,
  ];
}

/** From Spring Boot 3.3 on a program can be taken apart, and its libraries keep their own layer. */
function isSplit(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 3 || (major === 3 && minor >= 3);
}

/** What changes least comes first. */
function layers({ kind, bootVersion }: JvmParts): string[] {
  const copy = (from: string, to: string) => `COPY --from=build /out/${from} ./${to}`;
  if (kind === 'quarkus') {
    return [copy('lib', 'lib'), copy('quarkus-run.jar', ''), copy('quarkus', 'quarkus'), copy('app', 'app')];
  }
  if (kind === 'java') return [copy('lib', 'lib'), copy('classes', 'classes')];
  return isSplit(bootVersion) ? [copy('app/lib', 'lib'), copy('app/app.jar', '')] : [copy('app.jar', '')];
}
