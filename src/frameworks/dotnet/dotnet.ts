import { fail } from '../../shared/errors.ts';
import { cmdFor, commonIgnores, copyLines, dockerfileOf, runFor } from '../dockerfileText.ts';
import {
  type AppPlan,
  type BaseImage,
  blankPlan,
  type Framework,
  type Recognised,
  type SourceTree,
} from '../framework.ts';
import { healthcheckFor } from '../healthcheck.ts';
import { evidenceAt } from '../manifest.ts';
import { dotnetHealth } from './health.ts';
import { type DotnetProject, dotnetProjects, dotnetSdk, dotnetVersion } from './projects.ts';

const defaultPort = 8080;

/** A project of .NET whose SDK is that of the web. */
export const dotnet: Framework = {
  id: 'dotnet',
  kinds: ['aspnet'],
  async detect(source) {
    const projects = await dotnetProjects(source);
    if (projects.length === 0) return undefined;
    const web = projects.filter(({ isWeb }) => isWeb);
    const [project, ...others] = web;
    if (project && others.length === 0) return inSolution(source, projects, project);
    if (project) throw fail('SeveralApps', web.map(appOf));
    const [first] = projects;
    throw fail(
      'NotAnApp',
      `${first?.file} is no project of the web SDK`,
      'Sdk="Microsoft.NET.Sdk.Web" in every project file',
    );
  },
};

const appOf = ({ file, assembly }: DotnetProject) => ({
  folder: file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.',
  label: assembly,
});

/** Folders of the apps of a solution that holds several. */
export async function dotnetFolders(source: SourceTree): Promise<string[]> {
  const web = (await dotnetProjects(source)).filter(({ isWeb }) => isWeb);
  return web.length > 1 ? web.map((each) => appOf(each).folder) : [];
}

/** A project that refers to others beside its folder, or whose packages are named above it, is built from there. */
async function inSolution(source: SourceTree, projects: DotnetProject[], project: DotnetProject): Promise<Recognised> {
  const { outer, folder } = source;
  const shared = ['Directory.Packages.props', 'Directory.Build.props', 'global.json'];
  const isPart =
    outer && (/Include="\.\.[\\/]/.test(project.text) || (await Promise.all(shared.map(outer.has))).some(Boolean));
  if (!isPart) return recognised(source, projects, project);
  const all = await dotnetProjects(outer);
  const file = `${folder}/${project.file}`;
  return { ...(await recognised(outer, all, { ...project, file })), needsOuter: true };
}

async function recognised(source: SourceTree, projects: DotnetProject[], project: DotnetProject): Promise<Recognised> {
  const version = await dotnetVersion(source, project);
  const sdk = await dotnetSdk(source);
  const health = await dotnetHealth(source, project.file);
  const files = await source.files();
  const shared = files.filter(
    (file) =>
      /^(?:[^/]+\.sln|Directory\.(?:Build|Packages)\.props|global\.json|nuget\.config)$/i.test(file) && isPlain(file),
  );
  const manifests = [
    ...shared,
    ...projects.map(({ file }) => file),
    ...files.filter((file) => isPlain(file) && file.endsWith('packages.lock.json')),
  ];
  const isLocked = files.some((file) => file.endsWith('packages.lock.json'));
  return {
    ...blankPlan,
    framework: 'other',
    kind: 'aspnet',
    label: `ASP.NET Core on .NET ${version.value}`,
    language: /\.fsproj$/.test(project.file) ? 'f#' : 'c#',
    languageVersion: version.value,
    packageManager: 'nuget',
    installCommand: `dotnet restore ${project.file}${isLocked ? ' --locked-mode' : ''}`,
    buildCommand: `dotnet publish ${project.file} --configuration Release --no-restore --output /out -p:UseAppHost=false`,
    startCommand: `ASPNETCORE_URLS=http://0.0.0.0:$PORT dotnet ${project.assembly}.dll`,
    port: defaultPort,
    healthPath: health.healthPath,
    evidence: [
      evidenceAt(project.file, project.text, 'Microsoft.NET.Sdk.Web', 'a project of ASP.NET Core'),
      ...version.evidence,
      ...(sdk ? [sdk.evidence] : []),
      ...health.evidence,
    ],
    warnings: [
      ...(isLocked
        ? []
        : ['There is no packages.lock.json, so a build may restore other versions of indirect packages.']),
    ],
    dockerignore: [...commonIgnores, '**/bin', '**/obj', '**/.vs'],
    writeDockerfile: (plan, base) => dockerfile(plan, base, { manifests, sdk: sdk?.value ?? '' }),
  };
}

const isPlain = (file: string) => /^\w[\w./-]*$/.test(file);

interface DotnetParts {
  manifests: string[];
  /** What global.json insists on, or empty. */
  sdk: string;
}

function dockerfile(plan: AppPlan, base: BaseImage, { manifests, sdk }: DotnetParts): string {
  const newest = Number(sdk) > Number(plan.languageVersion) ? sdk : plan.languageVersion;
  const cache = '/root/.nuget/packages';
  return dockerfileOf(
    `FROM ${base(`mcr.microsoft.com/dotnet/sdk:${newest}`)} AS build`,
    'WORKDIR /src',
    ...copyLines(manifests),
    plan.installCommand !== '' && runFor(plan.installCommand, cache),
    'COPY . .',
    runFor(plan.buildCommand, cache),
    '',
    `FROM ${base(`mcr.microsoft.com/dotnet/aspnet:${plan.languageVersion}`)}`,
    'RUN useradd --system --create-home web',
    'WORKDIR /app',
    'COPY --from=build /out ./',
    `ENV PORT=${plan.port}`,
    'USER web',
    `EXPOSE ${plan.port}`,
    healthcheckFor('bash', plan),
    `CMD ${cmdFor(plan.startCommand)}`,
  );
}
