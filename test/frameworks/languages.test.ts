import { describe, expect, test } from 'vitest';
import { failureFor, planOf } from './tree.ts';

/** Hard cases of the languages that have one manifest each. */
describe('Java and Kotlin', () => {
  const pom = (body: string) => `<project>\n<artifactId>x</artifactId>\n${body}\n</project>\n`;
  const main = 'package a;\nclass Main {\n  public static void main(String[] x) {}\n}\n';
  const boot = '<parent><artifactId>spring-boot-starter-parent</artifactId><version>3.2.0</version></parent>';
  const plugin = '<artifactId>spring-boot-maven-plugin</artifactId>';

  test('the module of a Maven project that is packed as a program is built with those that it needs', async () => {
    const plan = await planOf({
      'pom.xml': pom(`${boot}<modules><module>core</module><module>web</module></modules>`),
      'core/pom.xml': pom(''),
      'web/pom.xml': pom(`${plugin}<artifactId>spring-boot-starter-actuator</artifactId>`),
      'web/src/main/java/a/Main.java': main,
    });
    expect(plan).toMatchObject({ kind: 'spring-boot', healthPath: '/actuator/health' });
    expect(plan.buildCommand).toContain('-pl web -am');
    expect(plan.dockerfile).toContain('find web/target');
  });

  test('a wrapper is used, with an image that has Java alone', async () => {
    const files = { 'pom.xml': pom(`${boot}${plugin}`), mvnw: '', 'src/main/java/a/Main.java': main };
    const { dockerfile, buildCommand } = await planOf(files);
    expect(buildCommand).toContain('./mvnw');
    expect(dockerfile).toContain('FROM eclipse-temurin:21-jdk AS build');
  });

  test('Kotlin, built by Gradle, in a project of its own', async () => {
    const plan = await planOf({
      'settings.gradle.kts': 'rootProject.name = "shop"\ninclude(":app", ":core")\n',
      'build.gradle.kts': '',
      'app/build.gradle.kts': 'plugins { kotlin("jvm"); application }\nkotlin { jvmToolchain(17) }\n// io.ktor\n',
      'app/src/main/kotlin/server.kt': 'fun main() {}\n',
    });
    expect(plan).toMatchObject({ kind: 'kotlin', language: 'kotlin', languageVersion: '17' });
    expect(plan.startCommand).toContain('ServerKt');
    expect(plan.buildCommand).toBe('gradle --no-daemon :app:installDist');
  });

  test.each([
    [{ '.sdkmanrc': 'java=25.0.1-tem\n' }, '25'],
    [{ '.tool-versions': 'java temurin-17.0.9+9\n' }, '17'],
    [{ 'system.properties': 'java.runtime.version=1.8\n' }, '8'],
    [{ '.java-version': '20\n' }, '21'],
  ])('%j asks for Java %s', async (files, version) => {
    const all = { ...files, 'pom.xml': pom(''), 'src/main/java/a/Main.java': main };
    expect((await planOf(all)).languageVersion).toBe(version);
  });

  test('a library, and a pom.xml that is no XML, are told', async () => {
    expect((await failureFor({ 'pom.xml': pom('') })).code).toBe('NotAnApp');
    expect((await failureFor({ 'pom.xml': '<project>\n<oops>\n</project>\n' })).detail).toMatch(/line \d/);
  });
});

describe('Ruby', () => {
  const gems = (...names: string[]) => names.map((name) => `gem "${name}"`).join('\n');

  test('an app without puma is started by what it has, and is told so', async () => {
    const plan = await planOf({ Gemfile: gems('sinatra'), 'Gemfile.lock': '', 'app.rb': '' });
    expect(plan.startCommand).toBe('bundle exec ruby app.rb -o 0.0.0.0 -p $PORT');
    expect(plan.warnings.join()).toContain('puma');
  });

  test('Rails has its health page where its routes say so, and tells which secret it needs', async () => {
    const plan = await planOf({
      Gemfile: gems('rails', 'puma', 'propshaft'),
      'config.ru': '',
      'config/routes.rb': 'get "up" => "rails/health#show"\n',
      'config/credentials.yml.enc': '',
    });
    expect(plan).toMatchObject({
      kind: 'rails',
      healthPath: '/up',
      buildCommand: 'bundle exec rails assets:precompile',
    });
    expect(plan.warnings.join()).toContain('RAILS_MASTER_KEY');
  });

  test('a gem is told to be a library', async () => {
    expect((await failureFor({ Gemfile: 'gemspec\n', 'tool.gemspec': '' })).code).toBe('NotAnApp');
  });
});

describe('PHP', () => {
  test('extensions come from composer.json, from what is locked, and from the example settings', async () => {
    const { dockerfile } = await planOf({
      'composer.json': { require: { 'laravel/framework': '^12', 'ext-gd': '*', 'ext-redis': '*' } },
      'composer.lock': {
        packages: [{ name: 'a/b', require: { 'ext-zip': '*', 'ext-mbstring': '*', 'ext-x; evil': '*' } }],
      },
      '.env.example': 'DB_CONNECTION=mysql\n',
      'public/index.php': '',
    });
    expect(dockerfile).toContain('docker-php-ext-install -j"$(nproc)" gd zip opcache pdo_mysql');
    expect(dockerfile).toContain('pecl install redis');
    expect(dockerfile).not.toMatch(/evil|mbstring/);
  });

  test('what extensions are compiled with stays out of the image that runs, and what they are loaded with is there', async () => {
    const { dockerfile } = await planOf({
      'composer.json': { require: { php: '~8.2.0', 'ext-gd': '*', 'ext-intl': '*', 'ext-memcached': '*' } },
      'index.php': '',
    });
    const [, compiled = '', runs = ''] = /^([\s\S]*?)(FROM \S+ AS base[\s\S]*?)\n\n/.exec(dockerfile) ?? [];
    expect(compiled).toMatch(
      /libfreetype-dev libicu-dev libmemcached-dev.*\n.*configure gd --with-freetype --with-jpeg && /,
    );
    expect(runs).toMatch(/libfreetype6 libicu72 libmemcached11 /);
    expect(runs).toContain('COPY --from=extensions /usr/local/lib/php/extensions /usr/local/lib/php/extensions');
    expect(dockerfile.slice(dockerfile.indexOf(' AS base'))).not.toMatch(/\blib[\w.-]+-dev\b/);
  });

  test('opcache is compiled for PHP 8.4, and is a part of 8.5', async () => {
    const app = (php: string) =>
      planOf({ 'composer.json': { require: { 'laravel/framework': '^12', php } }, 'public/index.php': '' });
    expect((await app('~8.4.0')).dockerfile).toContain('opcache');
    expect((await app('~8.5.0')).dockerfile).not.toContain('opcache');
  });

  test.each([
    ['^8.1', '8.4'],
    ['~8.2.0', '8.2'],
    ['>=8.2 <8.4', '8.3'],
    ['^7.4|^8.0', '8.4'],
  ])('php %j is PHP %s', async (range, version) => {
    const plan = await planOf({ 'composer.json': { require: { php: range } }, 'index.php': '' });
    expect(plan.languageVersion).toBe(version);
  });

  test('a package of Composer is told to be a library', async () => {
    expect((await failureFor({ 'composer.json': { require: {} }, 'src/Tool.php': '' })).code).toBe('NotAnApp');
  });
});

describe('.NET', () => {
  const csproj = (sdk: string) =>
    `<Project Sdk="${sdk}"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>`;

  test('the project of the web is published, not that of its tests', async () => {
    const plan = await planOf({
      'Core/Core.csproj': csproj('Microsoft.NET.Sdk'),
      'Web/Shop.Web.csproj': csproj('Microsoft.NET.Sdk.Web'),
      'Web.Tests/Web.Tests.csproj': csproj('Microsoft.NET.Sdk.Web'),
    });
    expect(plan.startCommand).toContain('dotnet Shop.Web.dll');
    expect(plan.warnings.join()).not.toContain('Tests');
  });

  test('a library is told to be one', async () => {
    expect((await failureFor({ 'Core.csproj': csproj('Microsoft.NET.Sdk') })).code).toBe('NotAnApp');
  });
});

describe('Elixir', () => {
  test('assets are built where the project has a task for them', async () => {
    const mix = 'app: :shop,\ndeps: [{:phoenix, "~> 1.7"}]\naliases: ["assets.deploy": ["phx.digest"]]\n';
    expect((await planOf({ 'mix.exs': mix })).buildCommand).toContain('mix assets.deploy &&');
  });

  test('a library is told to be one', async () => {
    expect((await failureFor({ 'mix.exs': 'app: :tool\n' })).code).toBe('NotAnApp');
  });
});
