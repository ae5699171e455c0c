import { describe, expect, test } from 'vitest';
import { type Files, failureFor, planOf } from './tree.ts';

/** What was wrong on public projects, each as the smallest thing that shows it. */
const node = (dependencies: object, more: Files = {}): Files => ({
  'package.json': { dependencies, scripts: { start: 'node a.js' } },
  'a.js': '',
  ...more,
});
const webProject = (name: string, text = '') => ({
  [`src/${name}/${name}.csproj`]: `<Project Sdk="Microsoft.NET.Sdk.Web"><TargetFramework>net8.0</TargetFramework>${text}</Project>`,
});

test('Prisma finds the library that the small image of Node lacks, where it is installed and where it runs', async () => {
  const { dockerfile } = await planOf(node({ '@prisma/client': '^6' }));
  expect(dockerfile.match(/^RUN apt-get .* openssl /gm)).toHaveLength(2);
  expect((await planOf(node({ express: '^5' }))).dockerfile).not.toContain('apt-get');
});

test.each(['github:owner/name', 'git+https://git.example.com/x.git', 'owner/name#main'])(
  'a dependency from %s is fetched by git',
  async (version) => {
    const { dockerfile } = await planOf(node({ x: version }));
    const [build = '', run = ''] = dockerfile.split(/\n(?=FROM )/);
    expect(build).toContain('ca-certificates git');
    expect(run).not.toContain('git');
  },
);

test('Nuxt is built for Node, whatever cloud its settings name', async () => {
  const { dockerfile } = await planOf({
    'package.json': { dependencies: { nuxt: '^4' } },
    'nuxt.config.ts': "export default { nitro: { preset: 'netlify' } }",
  });
  expect(dockerfile).toContain('ENV NITRO_PRESET=node-server\n');
});

test('a build target of Nx that only copies leaves the word to the one before it', async () => {
  const plan = await planOf({
    'nx.json': '{}',
    'package.json': { dependencies: { '@angular/core': '^20' } },
    'apps/client/project.json': {
      name: 'client',
      targets: {
        build: { executor: 'nx:run-commands', dependsOn: ['build-base'] },
        'build-base': {
          executor: '@nx/angular:webpack-browser',
          options: { outputPath: 'dist/apps/client' },
          configurations: { production: {} },
        },
      },
    },
  });
  expect(plan).toMatchObject({
    kind: 'angular',
    outputFolder: 'dist/apps/client',
    buildCommand: 'npx nx build client --configuration=production',
  });
});

describe('Python', () => {
  test('a Procfile whose server comes last has it installed, and hands it SIGTERM', async () => {
    const plan = await planOf({
      'requirements.txt': 'flask==3.1.0\n',
      Procfile: 'web: flask db upgrade; flask translate compile; gunicorn shop:app\n',
      'shop.py': 'app = Flask(__name__)\n',
    });
    expect(plan.dockerfile).toContain('"gunicorn~=23.0"');
    expect(plan.dockerfile).toContain('flask translate compile; exec gunicorn shop:app');
  });

  test('what Poetry calls compatible below 1.0 ends with the next second number', async () => {
    const { installCommand } = await planOf({
      'pyproject.toml':
        '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\nfastapi = "^0.109.1"\nuvicorn = "^0.24.0.post1"\nredis = "^5.0"\n',
      'main.py': 'app = FastAPI()\n',
    });
    expect(installCommand).toContain("'fastapi>=0.109.1,<0.110' 'uvicorn>=0.24.0.post1,<0.25' 'redis>=5.0,<6'");
  });

  test('Django without anything that serves static files is told so', async () => {
    const files = { 'requirements.txt': 'django==5.2\n', 'shop/wsgi.py': 'application = x\n' };
    expect((await planOf(files)).warnings.join()).toContain('add WhiteNoise');
    const served = { ...files, 'requirements.txt': 'django==5.2\nwhitenoise==6.9\n' };
    expect((await planOf(served)).warnings.join()).not.toContain('WhiteNoise');
  });
});

describe('Ruby', () => {
  const rails = { 'config.ru': '', Gemfile: 'gem "rails"\ngem "unicorn"\ngem "uglifier"\n' };

  test('Unicorn is started where the Gemfile has it', async () => {
    expect(await planOf(rails)).toMatchObject({ startCommand: 'bundle exec unicorn -l 0.0.0.0:$PORT' });
  });

  test('gems that run JavaScript find Node in the build, and not in the image that runs', async () => {
    const [build = '', run = ''] = (await planOf(rails)).dockerfile.split(/\n(?=FROM base\n)/);
    expect(build).toContain(' nodejs ');
    expect(run).not.toContain('nodejs');
  });
});

describe('PHP', () => {
  const laravel = (more: object = {}, files: Files = {}) =>
    planOf({
      'composer.json': { require: { 'laravel/framework': '^9', php: '^8.0.2' }, ...more },
      'public/index.php': '',
      ...files,
    });

  test('versions that were locked for an older PHP run on the oldest one that is maintained', async () => {
    expect((await laravel({ config: { platform: { php: '8.0.2' } } })).languageVersion).toBe('8.2');
    expect((await laravel()).languageVersion).toBe('8.4');
  });

  test('settings that name a database host and no connection mean MySQL', async () => {
    expect((await laravel({}, { '.env.example': 'DB_HOST=localhost\n' })).dockerfile).toContain('pdo_mysql');
  });

  test('assets are built by the script for production where there is one', async () => {
    const assets = { 'package.json': { scripts: { build: 'build-for-development', production: 'mix --production' } } };
    expect((await laravel({}, assets)).dockerfile).toContain('RUN npm run production\n');
  });
});

describe('.NET', () => {
  const solution = {
    'Shop.sln': '',
    'Directory.Packages.props': '<Project/>',
    ...webProject('Web', '<ProjectReference Include="..\\Core\\Core.csproj" />'),
    ...webProject('Api'),
    'src/Core/Core.csproj': '<Project Sdk="Microsoft.NET.Sdk" />',
  };

  test('of several web projects one has to be chosen', async () => {
    const failure = await failureFor(solution);
    expect(failure.code).toBe('SeveralApps');
    expect(failure.message).toContain('src/Api (Api), src/Web (Web)');
  });

  test('the one that is chosen is built with the solution around it', async () => {
    const plan = await planOf(solution, { folder: 'src/Web' });
    expect(plan).toMatchObject({
      context: '.',
      installCommand: 'dotnet restore src/Web/Web.csproj',
      startCommand: 'ASPNETCORE_URLS=http://0.0.0.0:$PORT dotnet Web.dll',
    });
    expect(plan.dockerfile).toContain('COPY Directory.Packages.props Shop.sln ./\n');
    expect(plan.dockerfile).toContain('COPY src/Core/Core.csproj src/Core/\n');
  });
});

describe('Go', () => {
  const program = { 'go.mod': 'module example.com/x\ngo 1.26\n', 'main.go': 'package main\nfunc main() {}\n' };

  test('a front end that the program takes in is built before it', async () => {
    const plan = await planOf({
      ...program,
      'ui/package.json': { scripts: { build: 'vite build' }, devDependencies: { vite: '^7' } },
      'ui/package-lock.json': '{}',
      'ui/serve.go': 'package ui\n\n//go:embed all:dist/*\nvar box embed.FS\n',
      'ui/dist/.gitkeep': '',
    });
    expect(plan.dockerfile).toContain('COPY ui/package*.json ui/npm-shrinkwrap.json* ui/.npmrc* ./\n');
    expect(plan.dockerfile).toContain('COPY ui/ .\nRUN npm run build\n');
    expect(plan.dockerfile).toContain('COPY . .\nCOPY --from=assets /app/dist ./ui/dist\n');
    expect(plan.evidence).toContainEqual({ file: 'ui/serve.go', line: 3, says: 'takes in what ui is built into' });
  });

  test('the sources of a front end are none of the folders that a program reads while it runs', async () => {
    const files = { 'web/package.json': '{}', 'web/app.ts': '', 'templates/a.html': '' };
    const { dockerfile } = await planOf({ ...program, ...files });
    expect(dockerfile).toContain('/src/templates');
    expect(dockerfile).not.toContain('/src/web');
  });

  test('a port that stands in the tag of a setting is found', async () => {
    const settings = 'package config\ntype C struct {\n\tPort int `env:"APP_PORT" envDefault:"9090"`\n}\n';
    expect(await planOf({ ...program, 'config/config.go': settings })).toMatchObject({ port: 9090 });
  });
});

test('Phoenix with packages of npm installs and builds them before the digests; a release may have a name of its own', async () => {
  const plan = await planOf({
    'mix.exs': 'app: :shop,\nreleases: [\n  shop_web: [\n{:phoenix, "~> 1.6"}\napp: :shop,\n'.replace(
      'app: :shop',
      '  app: :shop',
    ),
    'assets/package.json': { scripts: { deploy: 'webpack --mode production' } },
    'assets/package-lock.json': '{}',
  });
  expect(plan).toMatchObject({
    buildCommand:
      'npm --prefix assets ci && npm --prefix assets run deploy && mix phx.digest && mix compile && mix release shop_web --path /out',
    startCommand: 'bin/shop_web start',
  });
  expect(plan.dockerfile).toContain('build-essential git nodejs npm');
});

test('a bundler that Rails starts finds Node and its packages in the build, and leaves neither in the image', async () => {
  const { dockerfile } = await planOf({
    Gemfile: 'gem "rails"\ngem "puma"\ngem "webpacker"\n',
    'config.ru': '',
    'package.json': { dependencies: { webpack: '^4' }, scripts: { start: 'node streaming' } },
    'yarn.lock': '',
  });
  const [, build = '', run = ''] = dockerfile.split(/\n(?=FROM )/);
  expect(build).toContain('COPY --from=node:22-bookworm-slim /usr/local/bin/ /usr/local/bin/\n');
  expect(build).toMatch(
    /yarn install --frozen-lockfile\nCOPY \. \.\nRUN .*rails assets:precompile\nRUN rm -rf node_modules/,
  );
  expect(run).not.toContain('node');
});

test('parts of a Gradle build that are built themselves are there when the libraries are fetched', async () => {
  const { dockerfile } = await planOf({
    'settings.gradle.kts': 'includeBuild("build-logic")\ninclude("app")\n',
    'build-logic/build.gradle.kts': '',
    'buildSrc/build.gradle.kts': '',
    'build.gradle.kts': '',
    'app/build.gradle.kts': 'plugins {\n  id("org.springframework.boot") version "3.4.5"\n}\n',
    'app/src/main/kotlin/App.kt': 'fun main() {}\n',
  });
  expect(dockerfile).toMatch(/COPY buildSrc \.\/buildSrc\nCOPY build-logic \.\/build-logic\nRUN .*dependencies/);
});

test('a front end beside Django is named, though Django collects static files', async () => {
  const { warnings } = await planOf({
    'requirements.txt': 'django\nwhitenoise\n',
    'src/manage.py': '',
    'src/shop/wsgi.py': 'application = x\n',
    'src/shop/settings.py': 'STATIC_ROOT = "x"\n',
    'ui/package.json': { scripts: { build: 'vite build' }, devDependencies: { vite: '^7' } },
  });
  expect(warnings.join()).toContain('ui holds an app of its own');
});

describe('what is not maintained any more', () => {
  test('Ruby 2 and PHP 7 stand on the Debian that their images have, with its libraries, and are told', async () => {
    const ruby = await planOf({
      Gemfile: 'gem "rails"\ngem "puma"\ngem "charlock_holmes"\n',
      '.ruby-version': '2.6.5\n',
      'config.ru': '',
    });
    expect(ruby.dockerfile).toContain('FROM ruby:2.6-slim-bullseye AS base\n');
    expect(ruby.dockerfile).toContain(' libicu67 ');
    expect(ruby.warnings.join()).toContain('Ruby 2.6 is not maintained');
    const php = await planOf({ 'composer.json': { require: { php: '^7.2', 'ext-intl': '*' } }, 'index.php': '' });
    expect(php.dockerfile).toContain('FROM php:7.4-apache-bullseye AS base\n');
    expect(php.dockerfile).toContain(' libicu67 ');
    expect(php.warnings.join()).toContain('PHP 7.4 is not maintained');
  });

  test('an old toolchain of Rust is fetched by the newest one', async () => {
    const { dockerfile, dockerignore } = await planOf({
      'Cargo.toml': '[package]\nname = "x"\n',
      'src/main.rs': '',
      'rust-toolchain': '1.65.0\n',
    });
    expect(dockerfile).toContain('FROM rust:1-bookworm AS build\n');
    expect(dockerignore).not.toContain('rust-toolchain');
  });
});

test('Django with channels is served by its asynchronous side', async () => {
  const files = { 'shop/wsgi.py': 'application = x\n', 'shop/asgi.py': 'application = y\n' };
  expect(await planOf({ ...files, 'requirements.txt': 'django\nchannels\n' })).toMatchObject({
    startCommand: 'uvicorn --host 0.0.0.0 --port $PORT shop.asgi:application',
  });
  expect(await planOf({ ...files, 'requirements.txt': 'django\n' })).toMatchObject({
    startCommand: 'gunicorn --bind 0.0.0.0:$PORT shop.wsgi:application',
  });
});

test('the sources of a server that is built from a folder at the root are read', async () => {
  const plan = await planOf({
    'package.json': {
      dependencies: { koa: '^3' },
      scripts: { build: 'node build.js', start: 'node ./build/server/index.js' },
    },
    'server/index.ts': "router.get('/_health', ok);\nserver.listen(process.env.PORT || 4100);\n",
  });
  expect(plan).toMatchObject({ port: 4100, healthPath: '/_health' });
});
