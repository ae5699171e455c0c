import { missingSecrets } from '../../frameworks/buildSecrets.ts';
import type { AppPlan } from '../../frameworks/framework.ts';
import { detectApp } from '../../frameworks/index.ts';
import { openSourceTree } from '../../frameworks/sourceTree.ts';
import { appOptionsOf } from '../../shared/models.ts';
import type { Step } from '../step.ts';
import type { Source } from './cloneRepository.ts';

/** Step 3: recognises what it is and how it is built and run. */
export const detectFramework: Step<Source, AppPlan> = {
  id: 'detect',
  async run(ctx, source) {
    const tree = await openSourceTree(source.root);
    const app = await detectApp(tree, appOptionsOf(ctx.project.options), ctx.settings.baseImageRegistry);
    for (const { file, line, says } of app.evidence) ctx.log(`${file}${line ? `:${line}` : ''}: ${says}`);
    for (const message of [...app.warnings, ...missingSecrets(app, process.env)])
      ctx.emit({ type: 'warning', message });
    await ctx.record({ recognised: { framework: app.framework, kind: app.kind } });
    return app;
  },
  summary: ({ folder, label, port }) => `${folder === '.' ? '' : `${folder}: `}${label}, port ${port}`,
};
