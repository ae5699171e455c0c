import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../support/bootstrap.mjs';
import { mustRun } from '../support/process.mjs';
import { ensureVsCode } from './install.mjs';

/** Packages the extension with the very command of `npm run package`; resolves with the file. */
export async function packageExtension(folder: string): Promise<string> {
  const file = path.join(folder, 'deployotron.vsix');
  const sentence = 'The extension could not be packaged';
  await mustRun(sentence, 'npm', ['run', '--silent', 'package', '--', '--out', file], { cwd: ROOT });
  return file;
}

/** Installs it as a user would, into a folder that several VS Codes may use; resolves with that folder. */
export async function installExtension(
  vsix: string,
  folder: string,
  release: { version: string; node: string },
): Promise<string> {
  const { node, codeServer } = await ensureVsCode(release);
  const extensionsDir = path.join(folder, `extensions-${release.version}`);
  const places = ['--extensions-dir', extensionsDir, '--user-data-dir', path.join(folder, 'install')];
  const env = { HOME: folder };
  await mustRun('The extension could not be installed', node, [codeServer, '--install-extension', vsix, ...places], {
    env,
  });
  return extensionsDir;
}

const CENTRAL_ENTRY = 0x02014b50;

/** The files in a VSIX, which is a zip, with their unpacked sizes in bytes. */
export function filesIn(vsix: string): Map<string, number> {
  const zip = readFileSync(vsix);
  const files = new Map<string, number>();
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06'));
  let at = zip.readUInt32LE(end + 16);
  while (zip.readUInt32LE(at) === CENTRAL_ENTRY) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    files.set(zip.toString('utf8', at + 46, at + 46 + name), zip.readUInt32LE(at + 24));
    at += 46 + name + extra + comment;
  }
  return files;
}
