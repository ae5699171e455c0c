import { readWorkingTree } from '../../services/git.ts';
import type { Step } from '../step.ts';
import type { Source } from './cloneRepository.ts';

export interface CommitState {
  /** 40 hex digits; empty when there is no commit. */
  sha: string;
  /** Its subject line. */
  message: string;
  /** True when files differ from the commit, or there is none: only the files themselves then say what is deployed. */
  uncommitted: boolean;
}

/** Step 4: which commit it is, and whether the files are exactly that commit's. */
export const readCommit: Step<Source, CommitState> = {
  id: 'commit',
  async run(ctx, source) {
    const commit = await stateOf(source, (message) => ctx.emit({ type: 'warning', message }));
    await ctx.record({
      commitSha: commit.sha,
      commitMessage: commit.message,
      facts: { uncommitted: commit.uncommitted },
    });
    return commit;
  },
  summary({ sha, message, uncommitted }) {
    if (!sha) return 'no commit; the files as they are';
    return `${sha.slice(0, 7)} ${message}${uncommitted ? ' (with uncommitted changes)' : ''}`;
  },
};

async function stateOf(source: Source, warn: (message: string) => void): Promise<CommitState> {
  if (source.kind === 'clone') return { sha: source.commit.sha, message: source.commit.message, uncommitted: false };
  const { commit, uncommitted, warning } = await readWorkingTree(source.root);
  if (warning) warn(warning);
  return { sha: commit?.sha ?? '', message: commit?.message ?? '', uncommitted: uncommitted || !commit };
}
