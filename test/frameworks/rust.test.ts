import { expect, test } from 'vitest';
import { failureFor, planOf } from './tree.ts';

const manifest = (name: string, rest = '') => `[package]\nname = "${name}"\nversion = "0.1.0"\n${rest}`;
const main = 'fn main() {}\n';

test('a library is told to be one', async () => {
  const failure = await failureFor({ 'Cargo.toml': manifest('tool'), 'src/lib.rs': '' });
  expect(failure.code).toBe('NotAnApp');
  expect(failure.message).toContain('src/main.rs');
});

test('of the programs of a workspace the one with a web framework is built', async () => {
  const plan = await planOf({
    'Cargo.toml': '[workspace]\nmembers = ["crates/*", "tools/gen"]\nexclude = ["crates/old"]\n',
    'crates/api/Cargo.toml': manifest('api', '[dependencies]\naxum = "0.8"\n'),
    'crates/api/src/main.rs': main,
    'crates/old/Cargo.toml': manifest('old', '[dependencies]\nrocket = "0.5"\n'),
    'crates/old/src/main.rs': main,
    'tools/gen/Cargo.toml': manifest('gen'),
    'tools/gen/src/main.rs': main,
  });
  expect(plan.kind).toBe('axum');
  expect(plan.buildCommand).toContain('--package api --bin api');
  expect(plan.warnings.join()).toContain('gen');
  expect(plan.dockerfile).not.toContain('old');
});

test('everything that Cargo compiles from is stood in for, and touched afterwards', async () => {
  const { dockerfile } = await planOf({
    'Cargo.toml': manifest('shop', '[[bench]]\nname = "speed"\npath = "perf/speed.rs"\n'),
    'Cargo.lock': '',
    'build.rs': main,
    'src/main.rs': main,
    'src/routes.rs': '',
    'src/bin/tool/main.rs': main,
    'perf/speed.rs': main,
  });
  const roots = 'perf/speed.rs build.rs src/main.rs src/bin/tool/main.rs';
  expect(dockerfile).toContain(`for file in ${roots};`);
  expect(dockerfile).toContain(`touch ${roots} &&`);
});

test.each([
  [{ 'rust-toolchain.toml': '[toolchain]\nchannel = "1.85.1"\n' }, '1.85'],
  [{ 'rust-toolchain': '1.80\n' }, '1.80'],
  [{ '.tool-versions': 'rust 1.79.0\n' }, '1.79'],
  [{ 'rust-toolchain.toml': '[toolchain]\nchannel = "stable"\n' }, '1'],
  [{}, '1'],
])('%j asks for Rust %s', async (files, version) => {
  const plan = await planOf({ ...files, 'Cargo.toml': manifest('shop'), 'src/main.rs': main });
  expect(plan.languageVersion).toBe(version);
  expect(plan.dockerfile).toContain(`FROM rust:${version}-bookworm`);
});

test('what the lock file links against is there in both stages', async () => {
  const { dockerfile } = await planOf({
    'Cargo.toml': manifest('shop'),
    'Cargo.lock': '[[package]]\nname = "openssl-sys"\n',
    'src/main.rs': main,
  });
  const [build, run] = dockerfile.split('\n\n');
  expect(build).toContain('libssl-dev');
  expect(run).toContain('libssl3');
});

test('a file name that a shell would read is never written into the Dockerfile', async () => {
  const { dockerfile } = await planOf({
    'Cargo.toml': manifest('shop'),
    'src/main.rs': main,
    'src/bin/$(evil).rs': main,
  });
  expect(dockerfile).not.toContain('evil');
});

test('a manifest that is no TOML is told with its line', async () => {
  const failure = await failureFor({ 'Cargo.toml': '[package]\nname = \n', 'src/main.rs': main });
  expect(failure.message).toContain('Cargo.toml could not be read');
  expect(failure.detail).toContain('line 2');
});

test('a port of the tests is not that of the server', async () => {
  const plan = await planOf({
    'Cargo.toml': manifest('shop'),
    'src/main.rs': main,
    'src/testing.rs': 'const ADDRESS: &str = "127.0.0.1:1234";\n',
  });
  expect(plan).toMatchObject({
    port: 8080,
    warnings: ['There is no Cargo.lock, so every build may take other versions; commit it.'],
  });
});
