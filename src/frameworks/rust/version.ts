import type { EvidenceItem, SourceTree } from '../framework.ts';
import { evidenceAt } from '../manifest.ts';

export interface RustVersion {
  /** `1.85`, or `1` for the newest. */
  value: string;
  evidence: EvidenceItem[];
  /** The toolchain is another than any image holds, so that rustup fetches it. */
  isFetched: boolean;
}

const files: readonly [string, RegExp][] = [
  ['rust-toolchain.toml', /^[ \t]*channel\s*=\s*["']([\w.-]+)["']/m],
  ['rust-toolchain', /^[ \t]*(?:channel\s*=\s*["'])?([\w.-]+)["']?\s*$/m],
  ['.tool-versions', /^rust\s+([\w.-]+)/m],
];

/** The toolchain that the project pins; `rust-version` only says what is old enough, so the newest is taken there. */
export async function rustVersion(source: SourceTree): Promise<RustVersion> {
  for (const [file, pattern] of files) {
    const text = await source.read(file);
    const channel = text && pattern.exec(text)?.[1];
    if (!text || !channel) continue;
    const [release, minor] = /^1\.(\d+)/.exec(channel) ?? [];
    // Older ones have no image on this Debian; rustup of the newest fetches them.
    const isOld = Number(minor) < 70;
    return {
      value: release && !isOld ? release : '1',
      evidence: [evidenceAt(file, text, channel, `asks for Rust ${channel}`)],
      isFetched: isOld || /^(?:nightly|beta)/.test(channel),
    };
  }
  return { value: '1', evidence: [], isFetched: false };
}
