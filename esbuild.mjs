// `node esbuild.mjs` writes dist/: the command line as one file that needs nothing beside it, the extension as a small
// entry and pieces that are loaded when first used, and the page of its panels.
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleWebview } from './webview-ui/build.mjs';

/** Some libraries read files that lie beside them at run time; in a bundle there is no beside, so those files go inside. */
const inlineFiles = {
  name: 'inline-files',
  setup({ onLoad }) {
    onLoad({ namespace: 'file', filter: /dockerode[\\/]lib[\\/](session|buildkit)\.js$/ }, async ({ path: file }) => ({
      contents: await inlineProto(file),
    }));
    onLoad({ namespace: 'file', filter: /sql\.js[\\/]dist[\\/]sql-wasm\.js$/ }, async ({ path: file }) => ({
      contents: (await readFile(file, 'utf8')) + EMBED_WASM,
    }));
  },
};

const LOADS_PROTO = /(\w+)\.loadSync\(\s*path\.resolve\(__dirname, "proto", "(\w+\.proto)"\)\s*\)/;

/** dockerode parses its .proto files when a BuildKit build begins; the parsed form is plain JSON, which both loaders take. */
async function inlineProto(file) {
  const source = await readFile(file, 'utf8');
  const [call, loader, proto] = source.match(LOADS_PROTO) ?? [];
  if (!call) throw new Error(`${file} no longer loads its .proto file in the way that esbuild.mjs replaces.`);
  const fromDockerode = createRequire(file);
  const parsed = fromDockerode('protobufjs').loadSync(path.join(path.dirname(file), 'proto', proto));
  const fromJson = loader === 'protobuf' ? 'protobuf.Root.fromJSON' : `${loader}.fromJSON`;
  return source.replace(call, () => `${fromJson}(${JSON.stringify(parsed.toJSON())})`);
}

/** sql.js looks for its .wasm beside itself, unless it is handed the bytes. */
const EMBED_WASM = `
const wasmBinary = require('./sql-wasm.wasm');
const initEmbedded = (config) => initSqlJs({ wasmBinary, ...config });
module.exports = initEmbedded;
module.exports.default = initEmbedded;
`;

/**
 * Of a library for CommonJS, a piece that is loaded lazily exports the default alone. These are asked for by name, so a
 * module stands before each that names what it has; a test finds one that is missing here.
 */
const namesOfCommonJs = {
  name: 'names-of-commonjs',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(@grpc\/grpc-js|dockerfile-ast|semver|yaml)$/ }, ({ path: library, kind, resolveDir }) =>
      kind === 'dynamic-import' ? { path: library, namespace: 'names', pluginData: resolveDir } : undefined,
    );
    onLoad({ filter: /./, namespace: 'names' }, ({ path: library, pluginData: resolveDir }) => {
      const names = Object.keys(createRequire(path.join(resolveDir, 'any.js'))(library));
      const named = names.filter((name) => name !== 'default').join(', ');
      return { contents: `import * as library from '${library}';\nexport const { ${named} } = library;`, resolveDir };
    });
  },
};

/** The AWS SDK warns on Node 20 that versions of 2027 will want Node 22: advice for us, noise for users. Its own variable turns it off. */
const BANNER = `process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const importMetaUrl = require('node:url').pathToFileURL(__filename).href;`;

const { version: VERSION, repository } = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8'));

/** The tarball of this version among the releases of the repository that package.json names; empty without one. */
const PACKAGE = repository?.url
  ? `${repository.url.replace(/^git\+|\.git$/g, '')}/releases/download/v${VERSION}/deployotron-${VERSION}.tgz`
  : '';

/** @satisfies {import('esbuild').BuildOptions} */
export const options = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  loader: { '.wasm': 'binary' },
  // Optional native parts of ssh2 (docker over ssh://); it works without them.
  external: ['cpu-features', '*.node'],
  define: {
    'import.meta.url': 'importMetaUrl',
    DEPLOYOTRON_VERSION: JSON.stringify(VERSION),
    DEPLOYOTRON_PACKAGE: JSON.stringify(PACKAGE),
  },
  banner: { js: BANNER },
  plugins: [inlineFiles],
};

/**
 * How the bundle starts. To read and compile three megabytes takes Node 0.1 s every time, so the program stands behind
 * this function as a comment, which is skipped in no time, and what V8 compiled of it is kept beside the history: for
 * each verb what that verb needs. Nobody but the user can write there, and where no history is, nothing is kept.
 * `version` tells one program from another, since V8 itself compares lengths only.
 */
function start(version) {
  const { createHash } = require('node:crypto');
  const fs = require('node:fs');
  const { join } = require('node:path');
  const { Script } = require('node:vm');
  const home = process.env.DEPLOYOTRON_HOME || join(require('node:os').homedir(), '.deployotron');
  const folder = join(home, 'cache', version);
  const verb = /^[a-z]+$/.exec(process.argv[2] ?? '')?.[0] ?? 'none';
  const file = join(folder, `${verb}-${process.version}-${process.arch}`);
  const cachedData = fs.existsSync(file) ? unlessDamaged(fs.readFileSync(file)) : undefined;
  const text = fs.readFileSync(__filename, 'latin1');
  const program = text.slice(text.indexOf('\n/*') + 3, text.lastIndexOf('*/')).replaceAll('*~/', '*/');
  const wrapped = `(function (exports, require, module, __filename, __dirname) {${program}\n})`;
  const script = new Script(wrapped, { filename: __filename, cachedData });
  script.runInThisContext()(exports, require, module, __filename, __dirname);

  const isKept = cachedData && !script.cachedDataRejected;
  // The sandbox's own process may outlive this folder.
  if (!isKept && process.argv[3] !== 'serve') process.once('exit', keep);

  /** V8 would run damaged code without a word, so a checksum stands before it. */
  function unlessDamaged(bytes) {
    const code = bytes.subarray(32);
    return createHash('sha256').update(code).digest().equals(bytes.subarray(0, 32)) ? code : undefined;
  }

  function keep() {
    const temp = `${file}.${process.pid}`;
    try {
      if (!fs.existsSync(home)) return;
      if (!fs.existsSync(folder)) fs.rmSync(join(home, 'cache'), { recursive: true, force: true });
      fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
      const code = script.createCachedData();
      const checksum = createHash('sha256').update(code).digest();
      fs.writeFileSync(temp, Buffer.concat([checksum, code]), { mode: 0o600 });
      fs.renameSync(temp, file);
    } catch {
      // Without it the next start is as slow as this one, and that is all.
      fs.rmSync(temp, { force: true });
    }
  }
}

/** ASCII, so that it is read and compiled at its quickest; esbuild leaves other characters only in regular expressions. */
function asComment(program) {
  if (program.includes('*~/')) throw new Error('The bundle holds the mark that stands for the end of a comment.');
  const ascii = program.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `/*${ascii.replaceAll('*/', '*~/')}*/`;
}

/** Bundles `entry` into `outfile`, an executable file. */
export async function bundle(entry, outfile) {
  // A script of node:vm knows no import(), with which some libraries load what Node itself has.
  const supported = { 'dynamic-import': false };
  const { outputFiles } = await build({ ...options, supported, entryPoints: [entry], outfile, write: false });
  const program = outputFiles[0].text;
  const version = createHash('sha256').update(program).digest('hex').slice(0, 12);
  const whole = `#!/usr/bin/env node\n(${start})('${version}');\n${asComment(program)}\n`;
  await mkdir(path.dirname(outfile), { recursive: true });
  await writeFile(outfile, whole, { mode: 0o755 });
}

/** Libraries written for CommonJS ask for these names, which a module does not have. */
const MODULE_BANNER = `import { createRequire as createRequireOfNode } from 'node:module';
import { dirname as dirnameOfNode } from 'node:path';
import { fileURLToPath as fileURLToPathOfNode } from 'node:url';
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const require = createRequireOfNode(import.meta.url);
const __filename = fileURLToPathOfNode(import.meta.url);
const __dirname = dirnameOfNode(__filename);`;

/** Bundles modules into `outdir`, with a piece for each thing that is loaded lazily. */
export async function bundleModules(entries, outdir) {
  await build({
    ...options,
    ...entries,
    outdir,
    format: 'esm',
    splitting: true,
    mainFields: ['module', 'main'],
    plugins: [...options.plugins, namesOfCommonJs],
    outExtension: { '.js': '.mjs' },
    external: [...options.external, 'vscode'],
    define: { DEPLOYOTRON_VERSION: options.define.DEPLOYOTRON_VERSION },
    banner: { js: MODULE_BANNER },
  });
}

/** The extension, and the sandbox that it starts as a process of its own; what both use is there once. */
async function bundleExtension() {
  const outdir = path.join(ROOT, 'dist/extension');
  rmSync(outdir, { recursive: true, force: true });
  const inSource = (file) => path.join(ROOT, 'src', file);
  const entryPoints = { extension: inSource('extension.ts'), sandbox: inSource('sandbox/main.ts') };
  await bundleModules({ entryPoints }, outdir);
}

const ROOT = path.dirname(fileURLToPath(import.meta.url));
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const work = [
    bundle(path.join(ROOT, 'src/cli.ts'), path.join(ROOT, 'dist/cli.cjs')),
    bundleExtension(),
    bundleWebview(path.join(ROOT, 'dist/webview')),
  ];
  // esbuild has printed what is wrong by then.
  await Promise.all(work).catch(() => process.exit(1));
}
