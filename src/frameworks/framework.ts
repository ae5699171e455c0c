import type { FrameworkType } from '../shared/models.ts';

/** One reason for what was recognised: the file (relative, `/`), the line when there is one (from 1), and what it says. */
export interface EvidenceItem {
  file: string;
  line?: number;
  says: string;
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
  /** The user's own Dockerfile, relative to the source; empty when one is generated. */
  dockerfilePath: string;
  /** Text of the generated Dockerfile; empty when the user's own is used. */
  dockerfile: string;
  /** Lines that go before those of the source's own .dockerignore, when the Dockerfile is generated. */
  dockerignore: string[];
}

/** The files of a project, read lazily; the same for a folder and for a clone. Paths are relative with `/`. */
export interface SourceTree {
  /** Absolute path of the folder. */
  readonly root: string;
  /** All files, without those of `.git`, `node_modules` and the like, at most 50,000. */
  files(): Promise<readonly string[]>;
  has(path: string): Promise<boolean>;
  /** Text of a file (at most 1 MiB), or undefined when it is not there. A link that leads out of the root is not followed. */
  read(path: string): Promise<string | undefined>;
}

/** Recognises one kind of project: silent, or says how to run it, with its evidence. */
export interface Framework {
  id: string;
  detect(source: SourceTree, overrides: Overrides): Promise<AppPlan | undefined>;
}

/** What the user knows better than any file; wins over what was found. */
export interface Overrides {
  port?: number;
  startCommand?: string;
  healthPath?: string;
  /** Relative to the source; without it the usual places are looked at. */
  dockerfilePath?: string;
}

/** What is the same for most plans; each framework says what is different. */
export const blankPlan = {
  packageManager: '',
  languageVersion: '',
  installCommand: '',
  buildCommand: '',
  outputFolder: '',
  healthPath: '',
  evidence: [],
  warnings: [],
  folder: '.',
  dockerfilePath: '',
  dockerfile: '',
  dockerignore: [],
} as const satisfies Partial<AppPlan>;
