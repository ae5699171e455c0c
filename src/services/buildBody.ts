import { pipeline, Transform } from 'node:stream';
import { DeployError, fail, messageOf } from '../shared/errors.ts';
import type { Hooks } from '../shared/hooks.ts';
import type { BuildContext } from './buildContext.ts';
import { bytesText, type Watch } from './dockerStream.ts';

/** The part of the step that sending the files fills. */
export const sendingPart = 0.1;

/**
 * The context's tar, counted on its way by a Transform: a `data` listener would start the stream
 * before dockerode reads it, and its first files would be lost.
 */
export function countedTar(context: BuildContext, hooks: Hooks, watch: Watch): Transform {
  let sent = 0;
  let said = -1;
  const startedAt = Date.now();
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent += chunk.length;
      watch.alive();
      const fraction = Math.min(1, sent / Math.max(1, context.sizeBytes));
      // One word for each percent, not for each of thousands of small files.
      if (Math.floor(fraction * 100) > said) {
        said = Math.floor(fraction * 100);
        const amount = bytesText(fraction * context.sizeBytes, context.sizeBytes);
        hooks.progress(sendingPart * fraction, `sending files: ${amount}`);
      }
      done(null, chunk);
    },
    flush(done) {
      hooks.stage?.({ name: 'sending files', startedAt, endedAt: Date.now(), bytes: sent });
      done();
    },
  });
  return pipeline(context.tar(), counter, (error) => {
    // Only an error of the source ends the build; that the engine stopped reading is told by its answer.
    if (error && (error as { code?: string }).code !== 'ERR_STREAM_PREMATURE_CLOSE') watch.end(sourceFailure(error));
  });
}

function sourceFailure(error: Error): Error {
  return error instanceof DeployError ? error : fail('SourceUnreadable', 'A file', messageOf(error));
}
