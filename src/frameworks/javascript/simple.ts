import type { Framework } from '../framework.ts';
import { isPlainPath } from '../wishes.ts';
import { dependsOn, has, readProject, settingIn } from './project.ts';
import { type ServerFacts, serverPlan } from './server.ts';
import { type SiteFacts, sitePlan } from './site.ts';
import { developmentServers } from './start.ts';

interface SimpleSite extends Omit<SiteFacts, 'evidence'> {
  dependency: string;
  /** Where another folder for what is built may be named. */
  outputSetting?: readonly [files: readonly string[], pattern: RegExp];
}

/** A kind of site that one dependency tells. */
export function siteOf({ dependency, outputSetting, ...facts }: SimpleSite): Framework {
  return {
    id: facts.kind,
    async detect(source, wishes) {
      const project = await readProject(source);
      if (!project || !has(project, dependency) || wishes.startCommand) return undefined;
      const named = outputSetting && (await settingIn(source, ...outputSetting));
      const isNamed = named && isPlainPath(named.value);
      const evidence = [dependsOn(project, dependency), ...(isNamed ? [named.evidence] : [])];
      return sitePlan(project, { ...facts, evidence, output: isNamed ? named.value : facts.output }, wishes);
    },
  };
}

/**
 * A kind of server that one dependency tells. A tool of development does not make a server, and neither does a library
 * beside a front end whose start is the server of its own tool.
 */
export function serverOf(dependency: string, facts: Omit<ServerFacts, 'evidence'>): Framework {
  return {
    id: facts.kind,
    async detect(source, wishes) {
      const project = await readProject(source);
      if (!project || !(dependency in project.manifest.dependencies)) return undefined;
      if (developmentServers.test(project.manifest.scripts.start ?? '') && !(await source.has('server.js')))
        return undefined;
      return serverPlan(project, { ...facts, evidence: [dependsOn(project, dependency)] }, wishes);
    },
  };
}
