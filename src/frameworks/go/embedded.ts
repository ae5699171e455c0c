import { findAssets, type NodeAssets } from '../assets.ts';
import { subTree } from '../candidates.ts';
import type { EvidenceItem, SourceTree } from '../framework.ts';
import { evidenceAt } from '../manifest.ts';

/** A front end that is built in its folder, and becomes a part of the program. */
export interface Embedded {
  assets: NodeAssets;
  /** Of its package.json, and of what its build leaves; both relative to the source. */
  folder: string;
  output: string;
  evidence: EvidenceItem;
}

/** What a `//go:embed` line wants and the source lacks, where a package.json above it has a build script. */
export async function embeddedFrontEnd(source: SourceTree): Promise<Embedded | undefined> {
  const files = await source.files();
  const programs = files.filter((file) => /(?<!_test)\.go$/.test(file) && /^[\w./-]+$/.test(file)).slice(0, 200);
  for (const file of programs) {
    const text = (await source.read(file)) ?? '';
    for (const [line, pattern = ''] of text.matchAll(/^\/\/go:embed\s+(?:all:)?([\w.-]+)/gm)) {
      const output = file.includes('/') ? `${file.slice(0, file.lastIndexOf('/'))}/${pattern}` : pattern;
      // One file keeps the folder in git.
      if (files.filter((each) => each.startsWith(`${output}/`)).length > 1 || files.includes(output)) continue;
      const folder = output.slice(0, Math.max(0, output.lastIndexOf('/')));
      if (!folder || !files.includes(`${folder}/package.json`)) continue;
      const assets = await findAssets(subTree(source, folder));
      if (assets)
        return {
          assets,
          folder,
          output,
          evidence: evidenceAt(file, text, line, `takes in what ${folder} is built into`),
        };
    }
  }
  return undefined;
}
