import type { AppOptions, FrameworkType } from '../shared/models.ts';

/** One reason for what was recognised: the file (relative, `/`), the line when there is one (from 1), and what it says. */
export interface EvidenceItem {
  file: string;
  line?: number;
  says: string;
}

/** A variable of the environment that the build gets as a secret, under the same name. */
export interface BuildSecret {
  name: string;
  /** What asks for it: `.npmrc:2`. */
  place: string;
  /** False where it may well work without. */
  isNeeded: boolean;
}

/** How an app is built and run: everything that its Dockerfile and its task definition are made of. */
export interface AppPlan {
  /** The family that the product speaks of. */
  framework: FrameworkType;
  /** The finer kind, such as `static` or `dockerfile`: the id of the Framework that recognised it. */
  kind: string;
  /** For people: `Express on Node 22`. */
  label: string;
  language: string;
  /** Version of the language as the project asks for it (`22`, `3.12`), or our default. */
  languageVersion: string;
  packageManager: string;
  installCommand: string;
  buildCommand: string;
  startCommand: string;
  /** Folder that a static build leaves, relative; empty for a server. */
  outputFolder: string;
  /** The port that the container listens on. */
  port: number;
  /** Path that answers 2xx or 3xx when the app is well; empty when that is not known. */
  healthPath: string;
  evidence: EvidenceItem[];
  /** What the user should know, such as a missing lock file. */
  warnings: string[];
  /** The folder of the app inside the source, relative; `.` for the root. */
  folder: string;
  /** The folder that Docker gets, relative to the source: that of the app, or `.` where the app needs what is around it. */
  context: string;
  /** The user's own Dockerfile, relative to `context`; empty when one is generated. */
  dockerfilePath: string;
  /** Text of the generated Dockerfile; empty when the user's own is used. */
  dockerfile: string;
  /** Lines that go before those of the source's own .dockerignore, when the Dockerfile is generated. */
  dockerignore: string[];
  /** Logins to registries that the build gets from the environment; absent where it needs none. */
  buildSecrets?: readonly BuildSecret[];
  /** What the user said, in the project's settings or in deployotron.json; it is in the plan already. */
  wishes: AppOptions;
}

/** The files of a project, read lazily; the same for a folder and for a clone. Paths are relative with `/`. */
export interface SourceTree {
  /** Absolute path of the folder. */
  readonly root: string;
  /** Where this folder lies in the whole source; `.` for the whole. */
  readonly folder: string;
  /** The whole source, where this is a folder of it. */
  readonly outer: SourceTree | undefined;
  /** All files, without those of `.git`, `node_modules` and the like, at most 50,000; the nearest to the root first. */
  files(): Promise<readonly string[]>;
  has(path: string): Promise<boolean>;
  /** Text of a file (at most 1 MiB), or undefined when it is not there. A link that leads out of the root is not followed. */
  read(path: string): Promise<string | undefined>;
}

/** The name of a base image as it stands in FROM: `node:22-bookworm-slim`, from the registry that is set. */
export type BaseImage = (name: string) => string;

/**
 * What a framework found. The user's wishes are laid over it, and `writeDockerfile` gets what came of that: it takes
 * version, commands, folder and port from the plan that it is given, never from what was found.
 */
export interface Recognised
  extends Omit<AppPlan, 'folder' | 'context' | 'dockerfilePath' | 'dockerfile' | 'wishes'>,
    Partial<Pick<AppPlan, 'dockerfilePath'>> {
  /** True when the Dockerfile is written for the whole source, because the app is a member of a workspace. */
  needsOuter?: boolean;
  /** True for a guess that gives way to an app in a folder below. */
  isWeak?: boolean;
  writeDockerfile(plan: AppPlan, base: BaseImage): string;
}

/**
 * Recognises one kind of project: silent, or says how to run it, with its evidence. Wishes matter here only where they
 * change what is recognised: a start command that is given need not be found.
 */
export interface Framework {
  id: string;
  /** The finer kinds that it tells apart, where it has any beside its id. */
  kinds?: readonly string[];
  detect(source: SourceTree, wishes: AppOptions): Promise<Recognised | undefined>;
}

/** What is the same for most; each framework says what is different. */
export const blankPlan = {
  packageManager: '',
  languageVersion: '',
  installCommand: '',
  buildCommand: '',
  outputFolder: '',
  healthPath: '',
  evidence: [],
  warnings: [],
  dockerignore: [],
} as const satisfies Partial<Recognised>;
