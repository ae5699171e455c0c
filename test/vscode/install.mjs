// A real VS Code and a browser for the tests of the editor: code-server (a whole VS Code server and its workbench, as an
// npm package) and Chromium, installed once into a cache folder that survives, and found there at once afterwards.
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { aptInstall, endWithSentence, isRoot, mustRun, run } from '../support/process.mjs';

/** Each code-server is the VS Code of the same number (4.139.1 is VS Code 1.139.1) and wants the Node that is named beside it. */
export const NEWEST = { version: '4.139.1', node: '24' };
export const OLDEST = { version: '4.100.3', node: '20' };

/** What code-server's native addons are compiled with and against. */
const BUILD_PACKAGES = [
  'libkrb5-dev',
  'libx11-dev',
  'libxkbfile-dev',
  'libsecret-1-dev',
  'pkg-config',
  'g++',
  'make',
  'python3',
];

const BROWSERS = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/**
 * Resolves with the paths { node, codeServer, vsCodeServer } of a VS Code that can be started.
 * Throws an Error with a sentence where it cannot be installed here.
 */
export async function ensureVsCode({ version, node } = NEWEST, say = console.log) {
  const folder = path.join(cacheFolder(), `code-server-${version}`);
  if (!existsSync(folder)) await install(folder, version, node, say);
  const modules = path.join(folder, 'node_modules');
  return {
    version,
    node: path.join(modules, 'node/bin/node'),
    codeServer: path.join(modules, 'code-server/out/node/entry.js'),
    vsCodeServer: path.join(modules, 'code-server/lib/vscode/out/server-main.js'),
  };
}

function cacheFolder() {
  const { XDG_CACHE_HOME } = process.env;
  const base = XDG_CACHE_HOME && path.isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : path.join(homedir(), '.cache');
  return path.join(base, 'deployotron');
}

/** Installs beside the final place and moves it there as a whole: what lies there is complete, even after a kill or beside another install. */
async function install(folder, version, node, say) {
  if (process.platform === 'win32') throw new Error('A VS Code server can be installed on Linux and macOS only.');
  const began = Date.now();
  await ensureBuildPackages(say);
  mkdirSync(path.dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}-`);
  try {
    say(`Installing VS Code ${vsCodeVersion(version)} (code-server ${version}), once, into ${folder} ...`);
    await npmInstall(draft, `node@${node}`, `code-server@${version}`);
    moveIntoPlace(draft, folder);
    say(`  installed in ${Math.round((Date.now() - began) / 1000)} s`);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

export const vsCodeVersion = (codeServerVersion) => codeServerVersion.replace(/^4/, '1');

function moveIntoPlace(draft, folder) {
  try {
    renameSync(draft, folder);
  } catch (error) {
    // Another run has installed it in the meantime; theirs is as good.
    if (!existsSync(folder)) throw error;
  }
}

async function ensureBuildPackages(say) {
  if (process.platform !== 'linux') return;
  const missing = await missingPackages(BUILD_PACKAGES);
  if (missing.length === 0) return;
  if (!canUseApt())
    throw new Error(
      `VS Code's server is compiled here, and for that ${listed(BUILD_PACKAGES)} are needed: install them.`,
    );
  say(`Installing ${missing.join(', ')} of this Debian or Ubuntu ...`);
  await aptInstall(...missing);
}

const canUseApt = () => isRoot() && existsSync('/etc/debian_version');
const listed = (names) => `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** On a Linux without dpkg nobody can say; the compiler will. */
async function missingPackages(names) {
  const { code, stdout } = await run('dpkg-query', ['--show', ...names]);
  if (code === 127) return [];
  const installed = stdout.split('\n').map((line) => line.split(/[:\t]/)[0]);
  return names.filter((name) => !installed.includes(name));
}

/** The Node comes first, and its folder first on the PATH: code-server's install script refuses another one than it was made for. */
async function npmInstall(folder, node, codeServer) {
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  const options = ['install', '--no-audit', '--no-fund', '--loglevel=error', '--omit=dev'];
  const sentence = 'VS Code could not be installed';
  await mustRun(sentence, 'npm', [...options, node], { cwd: folder });
  const env = {
    PATH: [path.join(folder, 'node_modules/.bin'), process.env.PATH].join(path.delimiter),
    NODE_OPTIONS: `--require ${withoutRipgrep(folder)}`,
    // The older one's install scripts want to hear that they may run as root, and that npx may fetch node-gyp.
    npm_config_unsafe_perm: 'true',
    npm_config_yes: 'true',
    // Headers that are here need no download.
    ...(existsSync('/usr/include/node/node.h') && { npm_config_nodedir: '/usr' }),
  };
  await mustRun(sentence, 'npm', [...options, codeServer], { cwd: folder, env });
}

/** The older one fetches ripgrep from a place beside the registry. Only text search needs it, and no test searches. */
function withoutRipgrep(folder) {
  const file = path.join(folder, 'without-ripgrep.cjs');
  writeFileSync(file, 'if (/@vscode.ripgrep.lib.postinstall\\.js$/.test(process.argv[1])) process.exit(0);\n');
  return file;
}

/**
 * Resolves with the path of a Chromium or Chrome; DEPLOYOTRON_BROWSER names another one.
 * Throws an Error with a sentence where there is none and none can be installed.
 */
export async function ensureBrowser(say = console.log) {
  if (process.env.DEPLOYOTRON_BROWSER) return process.env.DEPLOYOTRON_BROWSER;
  const found = findBrowser();
  if (found) return found;
  if (!canUseApt()) throw new Error('Neither Chromium nor Chrome is installed here: install one of them.');
  say('Installing Chromium of this Debian or Ubuntu ...');
  await aptInstall('chromium');
  const installed = findBrowser();
  if (!installed) throw new Error('Chromium was installed, but is not on the PATH.');
  return installed;
}

function findBrowser() {
  const folders = process.env.PATH.split(path.delimiter);
  return BROWSERS.flatMap((name) =>
    path.isAbsolute(name) ? [name] : folders.map((folder) => path.join(folder, name)),
  ).find(existsSync);
}

if (import.meta.main ?? process.argv[1]?.endsWith('test/vscode/install.mjs')) {
  for (const release of [NEWEST, OLDEST]) await ensureVsCode(release).catch(endWithSentence);
  await ensureBrowser().catch(endWithSentence);
}
