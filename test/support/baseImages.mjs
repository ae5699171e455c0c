// Public base images, and stand-ins for them where no public image registry can be reached.
// A stand-in carries the very name that a Dockerfile's FROM uses, so the engine takes it without a pull.
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { aptInstall, endWithSentence, isRoot, mustRun, run } from './process.mjs';

const DOCKERFILES = fileURLToPath(new URL('../fixtures/base-images/', import.meta.url));
const DEBIAN = 'debian:bookworm-slim';

/** One more stand-in: one entry here, and a folder with its Dockerfile (FROM debian:bookworm-slim) under test/fixtures/base-images. */
const STAND_INS = [
  { name: 'node:22-bookworm-slim', dockerfile: 'node', prepare: (context) => addNode(context, 22), everyday: true },
  {
    name: 'python:3.13-slim-bookworm',
    also: 'python:3.11-slim-bookworm',
    dockerfile: 'python',
    note: "Debian's Python 3.11",
    everyday: true,
  },
  { name: 'nginx:1.28-bookworm', dockerfile: 'nginx', note: "Debian's nginx", everyday: true },
  { name: 'node:24-bookworm-slim', dockerfile: 'node', prepare: (context) => addNode(context, 24) },
  {
    name: 'oven/bun:1-slim',
    dockerfile: 'bun',
    prepare: (context) => addPackage(context, `@oven/bun-linux-${cpu()}@1`),
  },
  {
    name: 'denoland/deno:2.9.6',
    dockerfile: 'deno',
    prepare: (context) => addPackage(context, `@deno/linux-${process.arch}-glibc@2.9.6`),
  },
  { name: 'golang:1.26-bookworm', dockerfile: 'golang', note: "this machine's Go", prepare: addGo },
  {
    name: 'rust:1.95-bookworm',
    also: 'rust:1-bookworm',
    dockerfile: 'rust',
    note: "this machine's Rust",
    prepare: addRust,
  },
  {
    name: 'maven:3-eclipse-temurin-17',
    also: 'eclipse-temurin:17-jdk',
    dockerfile: 'maven',
    note: "Debian's Java and Maven",
  },
  { name: 'eclipse-temurin:17-jre', dockerfile: 'jre', note: "Debian's Java" },
  {
    name: 'gradle:8-jdk17',
    dockerfile: 'gradle',
    note: "Debian's Gradle 4.4",
  },
  { name: 'php:8.2-apache-bookworm', dockerfile: 'php', note: "Debian's Apache and PHP" },
  {
    name: 'ruby:3.1-slim-bookworm',
    dockerfile: 'ruby',
    note: "Debian's Ruby, with its gems in the place of those that bundler would fetch",
  },
];

/** Those that the demo and most tests build on; the others are made for the tests that build every kind of app. */
const EVERYDAY = STAND_INS.filter(({ everyday }) => everyday).map(({ name }) => name);
/** Those of `npm test`, which builds one app that is compiled. */
export const TEST_IMAGES = [...EVERYDAY, 'golang:1.26-bookworm'];

/**
 * Makes sure that these base images are present: pulled where a registry answers, else built from the package
 * registries, which `say` is told. Throws an Error with a sentence when neither works.
 */
export async function ensureBaseImages(say = console.log, names = EVERYDAY) {
  const missing = await missingImages([DEBIAN, ...names]);
  const notPulled = await pullWhilePossible(missing);
  if (notPulled.length === 0) return;
  say(`No public image registry can be reached from here: making stand-ins for ${notPulled.join(', ')}.`);
  const workDir = mkdtempSync(path.join(tmpdir(), 'deployotron-images-'));
  try {
    if ((await missingImages([DEBIAN])).length > 0) await makeDebian(path.join(workDir, 'rootfs'), say);
    const wanted = STAND_INS.filter((standIn) =>
      notPulled.some((name) => name === standIn.name || name === standIn.also),
    );
    await Promise.all(wanted.map((standIn) => buildStandIn(standIn, workDir, say)));
  } finally {
    rmSync(workDir, { recursive: true, force: true });
  }
}

/** The same for every base image, one after the other: one that cannot be had leaves its kinds of apps unproven, no more. */
export async function ensureEveryBaseImage(say = console.log) {
  await ensureBaseImages(say);
  for (const { name, also, everyday } of STAND_INS) {
    if (everyday) continue;
    const names = also ? [name, also] : [name];
    await ensureBaseImages(say, names).catch((error) => say(`  ${name}: ${error.message.split('\n')[0]}`));
  }
}

async function missingImages(names) {
  const present = await mustRun('The images could not be listed', 'docker', [
    'image',
    'ls',
    '--format',
    '{{.Repository}}:{{.Tag}}',
  ]);
  return names.filter((name) => !present.split('\n').includes(name));
}

/** The names that could not be pulled. One refusal is enough: where one public image is out of reach, all are. */
async function pullWhilePossible(names) {
  for (const [index, name] of names.entries()) {
    const pull = await run('docker', ['pull', name], { untilOutputMs: 10_000, timeoutMs: 600_000 });
    if (pull.code !== 0) return names.slice(index);
  }
  return [];
}

async function makeDebian(rootfs, say) {
  const began = Date.now();
  const { suite, mirror } = await aptMirror();
  await ensureDebootstrap();
  const options = ['--variant=minbase', '--include=ca-certificates', suite, rootfs, mirror];
  await mustRun(`The stand-in for ${DEBIAN} could not be made`, 'debootstrap', options);
  const trusted = await trustHostCertificates(rootfs);
  await useHostRegistries(rootfs);
  for (const spare of ['var/cache/apt', 'var/lib/apt/lists', 'usr/share/doc', 'usr/share/man', 'usr/share/locale']) {
    rmSync(path.join(rootfs, spare), { recursive: true, force: true });
  }
  mkdirSync(path.join(rootfs, 'var/lib/apt/lists/partial'), { recursive: true });
  mkdirSync(path.join(rootfs, 'var/cache/apt/archives/partial'), { recursive: true });
  const tar = `${rootfs}.tar`;
  await mustRun('The stand-in could not be packed', 'tar', ['-C', rootfs, '-cf', tar, '.']);
  const settings = [...(trusted ? BUNDLE_VARIABLES : []), 'LABEL deployotron.stand-in=true', 'CMD ["bash"]'];
  const changes = settings.flatMap((setting) => ['--change', setting]);
  await mustRun('The stand-in could not be imported', 'docker', ['import', ...changes, tar, DEBIAN]);
  say(`  ${DEBIAN}: made with debootstrap (${suite}), ${seconds(began)}`);
}

/** The mirror that apt on this machine uses, since that is one which this machine can reach. Debian mirrors carry bookworm, others only their own. */
async function aptMirror() {
  const format = '$(SITE)|$(CODENAME)|$(COMPONENT)';
  const list = await run('apt-get', ['indextargets', 'Created-By: Packages', '--format', format]);
  const targets = list.stdout.split('\n').map((line) => line.split('|'));
  const isBase = ([, suite, component]) => component === 'main' && /^[a-z]+$/.test(suite);
  const [mirror, suite] = targets.find((target) => isBase(target) && /\/(debian|ubuntu)\/?$/.test(target[0])) ?? [];
  if (!mirror) throw new Error(`${cannotMake()}: no Debian or Ubuntu package mirror is configured here.`);
  return { mirror, suite: /\/debian\/?$/.test(mirror) ? 'bookworm' : suite };
}

const cannotMake = () =>
  `The base images (${DEBIAN} and others) cannot be pulled, and stand-ins cannot be made on this machine`;

async function ensureDebootstrap() {
  if (!isRoot())
    throw new Error(`${cannotMake()}: that takes root. Connect Docker to an image registry, or run this as root.`);
  if ((await run('debootstrap', ['--version'])).code === 0) return;
  await aptInstall('debootstrap');
}

/** Copies the certificates that this machine trusts beside the public ones (a company's proxy). Resolves with whether there were any. */
async function trustHostCertificates(rootfs) {
  const own = '/usr/local/share/ca-certificates';
  const files = existsSync(own)
    ? readdirSync(own)
        .filter((file) => file.endsWith('.crt'))
        .map((file) => path.join(own, file))
    : [];
  const extra = process.env.NODE_EXTRA_CA_CERTS;
  if (extra && existsSync(extra) && !extra.startsWith('/etc/ssl/certs/')) files.push(extra);
  if (files.length === 0) return false;
  mkdirSync(path.join(rootfs, own), { recursive: true });
  for (const file of files)
    copyFileSync(file, path.join(rootfs, own, `${path.basename(file, path.extname(file))}.crt`));
  await mustRun('The certificates could not be added', 'chroot', [rootfs, '/usr/sbin/update-ca-certificates']);
  return true;
}

const BUNDLE_VARIABLES = [
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'PIP_CERT',
  'REQUESTS_CA_BUNDLE',
  'CARGO_HTTP_CAINFO',
].map((name) => `ENV ${name}=/etc/ssl/certs/ca-certificates.crt`);

/**
 * `npm ci` and `pip install` inside a build go to the registries that npm and pip are set to here.
 * Global files, not variables: a project's own .npmrc or pip option still wins.
 */
async function useHostRegistries(rootfs) {
  const npm = (await run('npm', ['config', 'get', 'registry'])).stdout.trim();
  const pip = process.env.PIP_INDEX_URL ?? (await run('pip3', ['config', 'get', 'global.index-url'])).stdout.trim();
  mkdirSync(path.join(rootfs, 'usr/local/etc'), { recursive: true });
  if (isPlainUrl(npm)) writeFileSync(path.join(rootfs, 'usr/local/etc/npmrc'), `registry=${npm}\n`);
  if (isPlainUrl(pip)) writeFileSync(path.join(rootfs, 'etc/pip.conf'), `[global]\nindex-url = ${pip}\n`);
}

/** A URL with a password in it must not be baked into an image. */
function isPlainUrl(value) {
  return URL.canParse(value) && new URL(value).username === '' && !/\s/.test(value);
}

async function buildStandIn({ name, also, dockerfile, prepare, note }, workDir, say) {
  const began = Date.now();
  const context = path.join(workDir, dockerfile);
  cpSync(path.join(DOCKERFILES, dockerfile), context, { recursive: true });
  await prepare?.(context);
  const tags = [name, also].filter(Boolean).flatMap((tag) => ['-t', tag]);
  const options = ['build', '--label', 'deployotron.stand-in=true', ...tags, context];
  await mustRun(`The stand-in for ${name} could not be built`, 'docker', options);
  say(`  ${name}: built${note ? ` with ${note}` : ''}, ${seconds(began)}`);
}

/** Node and npm as npm packages: node-linux-<arch> holds the official binary. */
async function addNode(context, major) {
  await addPackage(context, `node-linux-${process.arch}@${major}`, 'node');
  await addPackage(context, 'npm@10', 'npm');
  writeFileSync(path.join(context, '.dockerignore'), 'node/*\n!node/bin\n');
}

/** Unpacks an npm package into a folder of the build's context. */
async function addPackage(context, name, folder = 'package') {
  const fetched = ['pack', '--silent', '--pack-destination', context, name];
  const packed = await mustRun(`${name} could not be fetched`, 'npm', fetched);
  const tgz = path.join(context, packed.split('\n').at(-1));
  mkdirSync(path.join(context, folder));
  const unpack = ['-xzf', tgz, '-C', path.join(context, folder), '--strip-components=1'];
  await mustRun(`${name} could not be unpacked`, 'tar', unpack);
  rmSync(tgz);
}

/** As Bun names it. */
const cpu = () => (process.arch === 'arm64' ? 'aarch64' : 'x64');

/** The tools of this machine, without the documents and tests that come with them. */
async function addGo(context) {
  const root = await mustRun('Go was not found on this machine', 'go', ['env', 'GOROOT']);
  const isNeeded = (file) => !/^\/(?:api|doc|misc|test)(?:\/|$)/.test(file.slice(root.length));
  cpSync(root, path.join(context, 'go'), { recursive: true, filter: isNeeded });
}

async function addRust(context) {
  const root = await mustRun('Rust was not found on this machine', 'rustc', ['--print', 'sysroot']);
  for (const folder of ['bin', 'lib', 'libexec']) {
    if (!existsSync(path.join(root, folder))) continue;
    cpSync(path.join(root, folder), path.join(context, 'rust', folder), { recursive: true });
  }
}

const seconds = (began) => `${((Date.now() - began) / 1000).toFixed(1)} s`;

if (process.argv[1] === fileURLToPath(import.meta.url)) await ensureBaseImages().catch(endWithSentence);
