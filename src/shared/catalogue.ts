import { aws } from './catalogue/aws.ts';
import { claude } from './catalogue/claude.ts';
import { image } from './catalogue/image.ts';
import { recognition } from './catalogue/recognition.ts';
import { registry } from './catalogue/registry.ts';
import { request } from './catalogue/request.ts';
import { rollout } from './catalogue/rollout.ts';
import { sandbox } from './catalogue/sandbox.ts';
import { source } from './catalogue/source.ts';
import { storage } from './catalogue/storage.ts';
import { unforeseen } from './catalogue/unforeseen.ts';

/**
 * Every way in which things go wrong: a sentence and a remedy. The key is the failure's code.
 * A `detail` argument is what the tool itself said.
 */
export const catalogue = {
  ...request,
  ...storage,
  ...source,
  ...recognition,
  ...image,
  ...registry,
  ...aws,
  ...rollout,
  ...sandbox,
  ...claude,
  ...unforeseen,
};
