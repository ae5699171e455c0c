import { fail } from '../../shared/errors.ts';
import { subTree } from '../candidates.ts';
import { commonIgnores } from '../dockerfileText.ts';
import { blankPlan, type EvidenceItem, type Framework, type Recognised, type SourceTree } from '../framework.ts';
import { readPackageJson } from '../javascript/packageJson.ts';
import { evidenceAt } from '../manifest.ts';
import { type ElixirParts, elixirDockerfile } from './dockerfile.ts';
import { phoenixHealth } from './health.ts';

const defaultPort = 4000;

/** mix.exs: Phoenix, or anything else that mix makes a release of. It is a program and is only read. */
export const elixir: Framework = {
  id: 'elixir',
  kinds: ['phoenix'],
  async detect(source) {
    const text = await source.read('mix.exs');
    if (text === undefined) return undefined;
    const app = /^[ \t]*app:\s*:(\w+)/m.exec(text)?.[1];
    if (!app) throw fail('InvalidManifest', 'mix.exs', 'It names no `app: :name`.');
    const isPhoenix = /\{\s*:phoenix\s*,/.test(text);
    // Only an application with a module of its own starts anything.
    if (!isPhoenix && !/^[ \t]*mod:\s*\{/m.test(text))
      throw fail(
        'NotAnApp',
        'mix.exs describes a library',
        ':phoenix among its dependencies, and mod: in its application',
      );
    return recognised(source, text, app, isPhoenix);
  },
};

interface Versions {
  elixir: string;
  otp: string;
  evidence: EvidenceItem[];
}

async function versions(source: SourceTree, mix: string): Promise<Versions> {
  const text = (await source.read('.tool-versions')) ?? '';
  const elixir = /^elixir\s+(\d+\.\d+)/m.exec(text);
  const otp = /^(?:erlang\s+|elixir\s+\S*-otp-)(\d+)/m.exec(text);
  // A newer one than ours may be needed; an older one is no reason for an older image.
  const needed = /^[ \t]*elixir:\s*"[~>= ]*1\.(\d+)/m.exec(mix)?.[1];
  return {
    elixir: elixir?.[1] ?? `1.${Math.max(18, Number(needed ?? 0))}`,
    otp: otp?.[1] ?? '27',
    evidence: elixir ? [evidenceAt('.tool-versions', text, elixir[0], `asks for Elixir ${elixir[1]}`)] : [],
  };
}

async function recognised(source: SourceTree, text: string, app: string, isPhoenix: boolean): Promise<Recognised> {
  const { elixir, otp, evidence } = await versions(source, text);
  const hasLock = await source.has('mix.lock');
  const health = await phoenixHealth(source);
  const parts = {
    app,
    otp,
    isPhoenix,
    hasLock,
    hasAssets: /["']assets\.deploy["']/.test(text),
    hasConfig: await source.has('config/config.exs'),
    node: await nodeAssets(source),
  };
  // A release may be called otherwise than the app.
  const release = /^[ \t]*releases:\s*\[\s*"?(\w+)"?:/m.exec(text)?.[1] ?? app;
  return {
    ...blankPlan,
    framework: 'other',
    kind: isPhoenix ? 'phoenix' : 'elixir',
    label: `${isPhoenix ? 'Phoenix on ' : ''}Elixir ${elixir}`,
    language: 'elixir',
    languageVersion: elixir,
    packageManager: 'mix',
    installCommand: 'mix deps.get --only prod && mix deps.compile',
    buildCommand: buildOf(parts, release === app ? '' : `${release} `),
    startCommand: `bin/${release} start`,
    port: defaultPort,
    healthPath: health.healthPath,
    evidence: [
      evidenceAt('mix.exs', text, `app: :${app}`, `the Elixir app ${app}`),
      ...(isPhoenix ? [evidenceAt('mix.exs', text, ':phoenix,', 'depends on phoenix')] : []),
      ...evidence,
      ...health.evidence,
    ],
    warnings: [
      ...(hasLock ? [] : ['There is no mix.lock, so every build may install other versions; commit it.']),
      ...(isPhoenix
        ? [
            'Phoenix does not start without SECRET_KEY_BASE, and PHX_HOST should name its address: set them for the task.',
          ]
        : []),
    ],
    dockerignore: [...commonIgnores, '_build', 'deps', '.elixir_ls', '**/node_modules'],
    writeDockerfile: (plan, base) => elixirDockerfile(plan, base, parts),
  };
}

/** Before the digests, which go by what is there. */
function buildOf({ hasAssets, node }: ElixirParts, release: string): string {
  const assets = hasAssets ? ['mix assets.deploy'] : node?.script ? ['mix phx.digest'] : [];
  return [...(node ? node.commands : []), ...assets, 'mix compile', `mix release ${release}--path /out`].join(' && ');
}

/** Packages of npm beside what mix brings itself, in the folder where Phoenix keeps them. */
async function nodeAssets(source: SourceTree): Promise<ElixirParts['node']> {
  const manifest = await readPackageJson(subTree(source, 'assets'));
  if (!manifest) return undefined;
  const install = (await source.has('assets/package-lock.json')) ? 'ci' : 'install';
  const script = ['deploy', 'build'].find((name) => manifest.scripts[name]) ?? '';
  return {
    script,
    commands: [`npm --prefix assets ${install}`, ...(script ? [`npm --prefix assets run ${script}`] : [])],
  };
}
