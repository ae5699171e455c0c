import { execForm } from './dockerfileText.ts';
import type { AppPlan, BuildSecret, EvidenceItem, SourceTree } from './framework.ts';
import { type Asked, lineOf, registryPlaces } from './registryLogins.ts';

/** A login that the build gets from the environment, and the programs that use it. */
interface Login extends BuildSecret {
  program: RegExp;
  evidence: EvidenceItem;
}

/** Variables that open more than a registry: a project that names one does not get it. */
const guarded = /^(?:AWS|ANTHROPIC|DEPLOYOTRON|DOCKER|SSH|VSCODE)_|^(?:PATH|HOME|USER)$/;
const mostLogins = 20;

/**
 * The plan with what its package managers ask for: a token that a file takes from a variable goes to the build as a
 * secret, which is mounted for the instructions that need it and stays in no layer.
 */
export async function withBuildSecrets(source: SourceTree, plan: AppPlan): Promise<AppPlan> {
  const logins = plan.dockerfilePath ? await mountedIn(source, plan) : await loginsOf(source);
  if (logins.length === 0) return plan;
  return {
    ...plan,
    dockerfile: plan.dockerfile && mounted(plan.dockerfile, logins),
    buildSecrets: logins.map(({ name, place, isNeeded }) => ({ name, place, isNeeded })),
    evidence: [...plan.evidence, ...logins.map(({ evidence }) => evidence)],
  };
}

async function loginsOf(source: SourceTree): Promise<Login[]> {
  const found = new Map<string, Login>();
  for (const tree of source.outer ? [source, source.outer] : [source]) {
    for (const { files, program, asked } of registryPlaces) {
      for (const file of (await tree.files()).filter((each) => files.test(each)).slice(0, 20)) {
        for (const each of asked((await tree.read(file)) ?? '')) {
          if (found.size < mostLogins && !found.has(each.name)) found.set(each.name, loginOf(file, program, each));
        }
      }
    }
  }
  return [...found.values()].filter(({ name }) => /^[A-Za-z_]\w{0,99}$/.test(name) && !guarded.test(name));
}

function loginOf(file: string, program: RegExp, { name, line, isNeeded }: Asked): Login {
  const says = `${isNeeded ? 'takes' : 'may take'} ${name} from your environment, as a secret of the build`;
  return { name, place: `${file}:${line}`, isNeeded, program, evidence: { file, line, says } };
}

/** An own Dockerfile gets the secrets that it mounts, each from the variable of that name. */
async function mountedIn(source: SourceTree, { dockerfilePath, folder, context }: AppPlan): Promise<Login[]> {
  const file = context === '.' && folder !== '.' ? dockerfilePath.slice(folder.length + 1) : dockerfilePath;
  const text = (await source.read(file)) ?? '';
  const mounts = [...text.matchAll(/--mount=(?=\S*\btype=secret\b)\S*\bid=([A-Za-z_]\w*)/g)];
  const asked = mounts.map(({ 1: name = '', index }) => ({ name, line: lineOf(text, index), isNeeded: true }));
  const once = new Map(asked.map((each) => [each.name, loginOf(file, /^$/, each)]));
  return [...once.values()].filter(({ name }) => !guarded.test(name)).slice(0, mostLogins);
}

/** Mounts each secret in the instructions whose program asks for it; where there is none, the variable stays unset. */
function mounted(dockerfile: string, logins: readonly Login[]): string {
  return dockerfile.replace(/^RUN ((?:--mount=\S+ )*)((?:.*\\\n)*.*)$/gm, (whole, mounts: string, command: string) => {
    const needed = logins.filter(({ program }) => program.test(command));
    // The package manager itself comes from where everything comes from.
    if (needed.length === 0 || /^(?:npm install --global |\["pip","install","--")/.test(command)) return whole;
    const secrets = needed.map(({ name }) => `--mount=type=secret,id=${name} `).join('');
    return `RUN ${mounts}${secrets}${exported(needed, command)}`;
  });
}

function exported(logins: readonly Login[], command: string): string {
  const exports = logins.map(({ name }) => {
    const file = `/run/secrets/${name}`;
    return `[ ! -f ${file} ] || export ${name}="$(cat ${file})"; `;
  });
  const lead = /^\\\n\s*/.exec(command)?.[0] ?? '';
  const rest = command.slice(lead.length);
  if (!rest.startsWith('[')) return lead + exports.join('') + rest;
  const words = JSON.parse(rest) as string[];
  const isShell = words[0] === '/bin/sh' && words[1] === '-c' && words.length === 3;
  if (isShell) return execForm(['/bin/sh', '-c', exports.join('') + words[2]]);
  return execForm(['/bin/sh', '-c', `${exports.join('')}exec "$0" "$@"`, ...words]);
}

/** A sentence for each registry whose login the environment lacks, for before the build. */
export function missingSecrets({ buildSecrets = [] }: AppPlan, environment: NodeJS.ProcessEnv): string[] {
  const missing = buildSecrets.filter(({ name }) => !environment[name]);
  const needed = missing.filter(({ isNeeded }) => isNeeded);
  const places = new Set(missing.filter(({ isNeeded }) => !isNeeded).map(({ place }) => place));
  return [
    ...needed.map(
      ({ name, place }) =>
        `${place} takes ${name} from the environment, where it is not set: what comes from that registry cannot be installed. Set it, and the build gets it as a secret.`,
    ),
    ...[...places].map((place) => {
      const names = missing.filter((each) => each.place === place).map(({ name }) => name);
      return `${place} names a registry of its own: if that asks for a login, set ${names.join(' and ')}, which the build gets as a secret.`;
    }),
  ];
}

/** What of it is set, by name. */
export function presentSecrets({ buildSecrets = [] }: AppPlan, environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(buildSecrets.flatMap(({ name }) => (environment[name] ? [[name, environment[name]]] : [])));
}
