import type { AppOptions } from '../../shared/models.ts';
import { subTree } from '../candidates.ts';
import type { EvidenceItem } from '../framework.ts';
import { installNeeds, type Needs } from './installNeeds.ts';
import { type Manager, managerFor } from './managers.ts';
import { type PackageJson, readPackageJson } from './packageJson.ts';
import { choosePackageManager } from './packageManager.ts';
import { isMember, type Project } from './project.ts';
import { type SystemPackages, systemPackages } from './systemPackages.ts';
import { nodeVersion } from './version.ts';

export interface Member {
  folder: string;
  manifest: PackageJson;
}

/** With what a project is installed and built. */
export interface Toolchain {
  /** Major version of Node. */
  node: string;
  manager: Manager;
  members: Member[];
  needs: Needs;
  system: SystemPackages;
  evidence: EvidenceItem[];
  warnings: string[];
}

export async function toolchainOf(project: Project, wishes: AppOptions): Promise<Toolchain> {
  const { home, source } = project;
  const top = (await readPackageJson(home)) ?? project.manifest;
  const choice = await choosePackageManager(home, top, wishes.packageManager);
  const members = await membersOf(project);
  const own = await nodeVersion(source, project.manifest);
  const node = own.evidence.length === 0 && isMember(project) ? await nodeVersion(home, top) : own;
  const manifests = [top, ...members.map(({ manifest }) => manifest)];
  const needs = await installNeeds(home, manifests);
  return {
    node: node.version,
    manager: managerFor(choice, members.length > 0),
    members,
    needs,
    system: systemPackages(manifests),
    evidence: [...node.evidence, ...choice.evidence],
    warnings: [...choice.warnings, ...node.warnings],
  };
}

async function membersOf({ home, members }: Project): Promise<Member[]> {
  const manifests = await Promise.all(members.map((folder) => readPackageJson(subTree(home, folder))));
  return members.flatMap((folder, index) => {
    const manifest = manifests[index];
    return manifest ? [{ folder, manifest }] : [];
  });
}
