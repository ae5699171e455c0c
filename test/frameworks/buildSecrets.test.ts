// biome-ignore-all lint/suspicious/noTemplateCurlyInString: as package managers write their variables
import { expect, test } from 'vitest';
import { missingSecrets, presentSecrets } from '../../src/frameworks/buildSecrets.ts';
import { plainForm } from '../../src/frameworks/dockerfileText.ts';
import { type Files, planOf } from './tree.ts';

const node = { 'package.json': { dependencies: { koa: '^3' }, scripts: { start: 'node a.js' } }, 'a.js': '' };
const npmrc = { '.npmrc': '@x:registry=https://npm.example.com/\n//npm.example.com/:_authToken=${NPM_TOKEN}\n' };
const flask = { 'app.py': 'app = Flask(__name__)\n' };
const poetry =
  '[project]\nname = "x"\ndependencies = ["flask"]\n[[tool.poetry.source]]\nname = "my-own"\nurl = "https://pypi.example.com/simple"\n';
const uv = poetry.replace('tool.poetry.source', 'tool.uv.index');
const gems = { 'config.ru': '', Gemfile: 'source "https://gems.my-own.example.com"\ngem "rack"\n' };
const composer = {
  'index.php': '',
  'composer.json': { repositories: [{ type: 'composer', url: 'https://php.example.com' }] },
};
const dotnet = {
  'Shop.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>',
  'nuget.config': '<configuration><add key="ClearTextPassword" value="%NUGET_TOKEN%" /></configuration>',
};
const cargo = {
  'Cargo.toml': '[package]\nname = "x"\n',
  'src/main.rs': 'fn main() {}',
  '.cargo/config.toml': '[registries.my-own]\nindex = "sparse+https://crates.example.com/"\n',
};
const maven = {
  'pom.xml': '<project>spring-boot-maven-plugin</project>',
  'src/main/java/A.java': 'static void main(',
  'settings.xml': '<password>${env.MAVEN_TOKEN}</password>',
};

test.each<[string, Files, string[], RegExp]>([
  ['npm', { ...node, ...npmrc }, ['NPM_TOKEN'], / npm install --omit=dev$/m],
  [
    'Yarn',
    { ...node, 'yarn.lock': '__metadata:\n  version: 8\n', '.yarnrc.yml': 'npmAuthToken: "${NPM_TOKEN:-}"\n' },
    ['NPM_TOKEN'],
    / yarn workspaces focus/,
  ],
  [
    'Bun',
    { ...node, 'bun.lock': '', 'bunfig.toml': '[install.scopes]\n"@x" = { token = "$NPM_TOKEN" }\n' },
    ['NPM_TOKEN'],
    / bun install/,
  ],
  [
    'pip',
    { ...flask, 'requirements.txt': '--index-url https://${PIP_USER}:${PIP_PASS}@pypi.example.com/simple\nflask\n' },
    ['PIP_USER', 'PIP_PASS'],
    / pip install -r requirements.txt/,
  ],
  [
    'Poetry',
    { ...flask, 'poetry.lock': '', 'pyproject.toml': poetry },
    ['POETRY_HTTP_BASIC_MY_OWN_USERNAME', 'POETRY_HTTP_BASIC_MY_OWN_PASSWORD'],
    / poetry install/,
  ],
  [
    'uv',
    { ...flask, 'uv.lock': '', 'pyproject.toml': uv },
    ['UV_INDEX_MY_OWN_USERNAME', 'UV_INDEX_MY_OWN_PASSWORD'],
    / uv sync/,
  ],
  ['bundler', gems, ['BUNDLE_GEMS__MY___OWN__EXAMPLE__COM'], / bundle install/],
  ['composer', composer, ['COMPOSER_AUTH'], / composer install/],
  ['NuGet', dotnet, ['NUGET_TOKEN'], / dotnet restore/],
  ['Cargo', cargo, ['CARGO_REGISTRIES_MY_OWN_TOKEN'], / cargo fetch/],
  ['Maven', maven, ['MAVEN_TOKEN'], / mvn .*go-offline/],
])(
  'what %s asks for goes to its instructions as a secret of the build, and nowhere else',
  async (_what, files, names, command) => {
    const { buildSecrets = [], dockerfile, evidence } = await planOf(files);
    expect(buildSecrets.map(({ name }) => name)).toEqual(names);
    for (const name of names) {
      const [lines = ''] =
        dockerfile.match(new RegExp(`^RUN (?:--mount=\\S+ )*--mount=type=secret,id=${name} (?:.*\\\\\\n)*.*$`, 'm')) ??
        [];
      expect(lines).toContain(`[ ! -f /run/secrets/${name} ] || export ${name}="$(cat /run/secrets/${name})"; `);
      expect(lines).toMatch(command);
      expect(evidence.some(({ says, line }) => says.includes(`${name} from your environment`) && line)).toBe(true);
    }
    const runs = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
    expect(runs).not.toMatch(/secret/);
    expect(plainForm(dockerfile)).not.toContain('--mount');
  },
);

test('a token that is not there is told before the build, and one that is there goes along', async () => {
  const plan = await planOf({ ...node, ...npmrc });
  expect(missingSecrets(plan, {})).toEqual([expect.stringMatching(/^\.npmrc:2 takes NPM_TOKEN .*not set.*Set it/)]);
  expect(missingSecrets(plan, { NPM_TOKEN: 'x' })).toEqual([]);
  expect(presentSecrets(plan, { NPM_TOKEN: 'x', OTHER: 'y' })).toEqual({ NPM_TOKEN: 'x' });
  const optional = await planOf(gems);
  expect(missingSecrets(optional, {})).toEqual([
    expect.stringMatching(/^Gemfile:1 names a registry of its own: if that asks/),
  ]);
});

test('a registry that everyone may read asks for nothing', async () => {
  const files = { ...flask, 'uv.lock': '', 'pyproject.toml': uv.replace('pypi.example.com', 'download.pytorch.org') };
  expect((await planOf(files)).buildSecrets).toBeUndefined();
  expect((await planOf(node)).buildSecrets).toBeUndefined();
});

test.each(['AWS_SECRET_ACCESS_KEY', 'ANTHROPIC_API_KEY', 'DEPLOYOTRON_VAULT_KEY', 'SSH_AUTH_SOCK'])(
  'a project that names %s does not get it',
  async (name) => {
    const files = { ...node, '.npmrc': `//npm.example.com/:_authToken=\${${name}}\n` };
    expect((await planOf(files)).buildSecrets).toBeUndefined();
    const dockerfile = `FROM x\nRUN --mount=type=secret,id=${name} true\n`;
    expect((await planOf({ ...node, Dockerfile: dockerfile })).buildSecrets).toBeUndefined();
  },
);

test('an own Dockerfile gets the secrets that it mounts, and stays as it is', async () => {
  const dockerfile = 'FROM node\nRUN --mount=id=NPM_TOKEN,type=secret --mount=type=cache,id=x,target=/c npm ci\n';
  const plan = await planOf({ ...node, ...npmrc, Dockerfile: dockerfile });
  expect(plan.buildSecrets).toEqual([{ name: 'NPM_TOKEN', place: 'Dockerfile:2', isNeeded: true }]);
  expect(plan.dockerfile).toBe('');
});

test('in a monorepo the token of the root counts for the app', async () => {
  const plan = await planOf({
    ...npmrc,
    'package.json': { workspaces: ['api'] },
    'api/package.json': node['package.json'],
    'api/a.js': '',
  });
  expect(plan.buildSecrets?.map(({ place }) => place)).toEqual(['.npmrc:2']);
});
