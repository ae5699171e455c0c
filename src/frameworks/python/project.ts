/** What a Python project says of itself, in whichever file. */
export interface PythonManifest {
  file: string;
  text: string;
  /** Names as PEP 503 compares them: lower case, hyphens. */
  dependencies: string[];
  /** PEP 508 lines for pip; empty where pip reads the file itself. */
  requirements: string[];
  /** What pip cannot take from a list of names. */
  warnings: string[];
  /** The name of a project that names how it is built, so that it can be installed as it is; else empty. */
  packageName: string;
  /** Its packages are named in the manifest, wherever they are. */
  namesPackages: boolean;
  /** `requires-python`, or what the Pipfile says; may be empty. */
  requiresPython: string;
  /** Names of the commands that the project brings. */
  scripts: string[];
  /** The list for pip and those that it names. */
  lists: string[];
}

export const blankManifest = {
  requirements: [],
  warnings: [],
  packageName: '',
  namesPackages: false,
  requiresPython: '',
  scripts: [],
  lists: [],
};
