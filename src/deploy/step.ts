import { fail, toFailure } from '../shared/errors.ts';
import type { StepId } from '../shared/events.ts';
import type { DeployContext, StepContext } from './context.ts';

/** One line of a recipe: a typed function with a name. What changes travels as its input and output. */
export interface Step<In, Out> {
  id: StepId;
  run(ctx: StepContext, input: In): Promise<Out>;
  /** The result in a few words. */
  summary(output: Out): string;
  /** True when nothing had to be done. */
  skipped?(output: Out): boolean;
}

/**
 * Runs a step and says so: started, progressed, succeeded or failed, as events.
 * Whatever is thrown comes out as a DeployError; a cancelled signal always as `Cancelled`.
 */
export async function runStep<In, Out>(ctx: DeployContext, step: Step<In, Out>, input: In): Promise<Out> {
  ctx.emit({ type: 'step-started', step: step.id });
  try {
    if (ctx.signal.aborted) throw fail('Cancelled');
    const output = await step.run(stepContext(ctx, step.id), input);
    const skipped = step.skipped?.(output);
    ctx.emit({ type: 'step-succeeded', step: step.id, summary: step.summary(output), ...(skipped && { skipped }) });
    return output;
  } catch (thrown) {
    const error = ctx.signal.aborted ? fail('Cancelled') : thrown;
    ctx.emit({ type: 'step-failed', step: step.id, failure: toFailure(error) });
    throw error;
  }
}

function stepContext(ctx: DeployContext, step: StepId): StepContext {
  return {
    ...ctx,
    log: (line) => ctx.log(step, line),
    stage: (stage) => ctx.noteStage(step, stage),
    measured: (figures) => ctx.emit({ type: 'measured', figures }),
    progress: (fraction, detail) => ctx.emit({ type: 'step-progress', step, fraction, detail }),
  };
}
