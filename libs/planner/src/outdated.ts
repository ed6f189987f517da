import type { Side } from '@dualwrite/events';
import type { Draft } from './draft';

/** The side's register was restored since: what it had said of the row before is not believed (rules 12, 23). */
export function isOutdated({ pair, context }: Pick<Draft, 'pair' | 'context'>, side: Side): boolean {
  const { revision } = pair.seen[side];
  return revision !== null && revision.epoch < context.registerEpoch[side];
}
