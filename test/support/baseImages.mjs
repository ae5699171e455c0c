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
  { name: 'node:22-bookworm-slim', dockerfile: 'node', prepare: (context) => addNode(context, 22) },
  { name: 'python:3.13-slim-bookworm', dockerfile: 'python', note: "Debian's Python" },
  { name: 'nginx:1.28-bookworm', dockerfile: 'nginx', note: "Debian's nginx" },
];

/**
 * Makes sure that every base image which tests and demo build on is present: pulled where a registry answers,
 * else built from the package registries, which `say` is told. Throws an Error with a sentence when neither works.
 */
export async function ensureBaseImages(say = console.log) {
  const missing = await missingImages([DEBIAN, ...STAND_INS.map((standIn) => standIn.name)]);
  const notPulled = await pullWhilePossible(missing);
  if (notPulled.length === 0) return;
  say(`No public image registry can be reached from here: making stand-ins for ${notPulled.join(', ')}.`);
  const workDir = mkdtempSync(path.join(tmpdir(), 'deployotron-images-'));
  try {
    if ((await missingImages([DEBIAN])).length > 0) await makeDebian(path.join(workDir, 'rootfs'), say);
    const wanted = STAND_INS.filter((standIn) => notPulled.includes(standIn.name));
    await Promise.all(wanted.map((standIn) => buildStandIn(standIn, workDir, say)));
  } finally {
    rmSync(workDir, { recursive: true, force: true });
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

async function buildStandIn({ name, dockerfile, prepare, note }, workDir, say) {
  const began = Date.now();
  const context = path.join(workDir, dockerfile);
  cpSync(path.join(DOCKERFILES, dockerfile), context, { recursive: true });
  await prepare?.(context);
  const options = ['build', '--label', 'deployotron.stand-in=true', '-t', name, context];
  await mustRun(`The stand-in for ${name} could not be built`, 'docker', options);
  say(`  ${name}: built${note ? ` with ${note}` : ''}, ${seconds(began)}`);
}

/** Node and npm as npm packages: node-linux-<arch> holds the official binary. */
async function addNode(context, major) {
  for (const [name, folder] of [
    [`node-linux-${process.arch}@${major}`, 'node'],
    ['npm@10', 'npm'],
  ]) {
    const packed = await mustRun(`${name} could not be fetched`, 'npm', [
      'pack',
      '--silent',
      '--pack-destination',
      context,
      name,
    ]);
    const tgz = path.join(context, packed.split('\n').at(-1));
    mkdirSync(path.join(context, folder));
    await mustRun(`${name} could not be unpacked`, 'tar', [
      '-xzf',
      tgz,
      '-C',
      path.join(context, folder),
      '--strip-components=1',
    ]);
    rmSync(tgz);
  }
  writeFileSync(path.join(context, '.dockerignore'), 'node/*\n!node/bin\n');
}

const seconds = (began) => `${((Date.now() - began) / 1000).toFixed(1)} s`;

if (process.argv[1] === fileURLToPath(import.meta.url)) await ensureBaseImages().catch(endWithSentence);
