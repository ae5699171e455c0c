import type { ActionTable } from '../action.ts';
import { serviceTags } from './describeService.ts';
import { type EcsState, lastPart, refuse, type WireTag } from './state.ts';

export function tagActions(state: EcsState, changed: () => void): ActionTable {
  return {
    TagResource(input) {
      const arn = existing(state, input.resourceArn);
      const added: WireTag[] = input.tags ?? [];
      const kept = (state.tags[arn] ?? []).filter((tag) => !added.some((one) => one.key === tag.key));
      state.tags[arn] = [...kept, ...added];
      changed();
      return {};
    },

    UntagResource(input) {
      const arn = existing(state, input.resourceArn);
      state.tags[arn] = (state.tags[arn] ?? []).filter((tag) => !input.tagKeys?.includes(tag.key));
      changed();
      return {};
    },

    ListTagsForResource(input) {
      const arn = existing(state, input.resourceArn);
      const service = state.services[arn];
      const task = state.tasks[lastPart(arn)];
      return {
        tags: service ? serviceTags(state, service) : [...(task?.wire.tags ?? []), ...(state.tags[arn] ?? [])],
      };
    },
  };
}

/** @throws AwsError InvalidParameterException */
function existing(state: EcsState, arn: unknown): string {
  const name = lastPart(arn);
  const [family = '', revision] = name.split(':');
  const isThere =
    state.services[String(arn)] !== undefined ||
    state.clusters[name]?.clusterArn === arn ||
    state.tasks[name]?.wire.taskArn === arn ||
    state.families[family]?.some((one) => one.revision === Number(revision));
  if (!isThere) refuse('The specified resource does not exist.');
  return String(arn);
}
