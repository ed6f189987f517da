import { INTENTS_PER_EPOCH, type Cells, type Side, type WriteKind } from '@dualwrite/events';
import type { Draft } from './draft';
import type { Intent } from './pair';

/** What is to be done on one side; the rest of the intent follows from the pair. */
export interface Wish {
  readonly kind: WriteKind;
  readonly target: Side;
  readonly nativeId: string | null;
  readonly rowId: string | null;
  readonly expects: string | null;
  readonly patch: Cells;
  readonly fields: Intent['fields'];
  readonly source: string | null;
  readonly reference?: string;
  readonly sourceVersion: string | null;
  readonly call?: string;
}

/** An intent is durable with the pair before anything is published (rule 14 waits for its answer). */
export function intend(draft: Draft, wish: Wish): void {
  const { pair, context } = draft;
  const { onlyTo } = context.rules;
  if (onlyTo !== undefined && onlyTo !== wish.target) {
    draft.filter('one-way');
    return;
  }
  const intent: Intent = {
    ...wish,
    number: pair.epoch * INTENTS_PER_EPOCH + pair.nextIntent,
    registerEpoch: Math.max(pair.seen[wish.target].revision?.epoch ?? 0, context.registerEpoch[wish.target]),
    started: false,
  };
  pair.nextIntent += 1;
  pair.intents = [...pair.intents, intent];
  draft.writtenFirst ??= wish.target;
  send(draft, intent);
  const { target } = wish;
  draft.note('planned', {
    side: target,
    code: wish.kind,
    intent: intent.number,
    fields: Object.entries(wish.fields).map(([field, { from, to }]) =>
      target === 'fo' ? { field, fo: to, dataverse: from } : { field, fo: from, dataverse: to },
    ),
  });
}

/** Rule 22: the same write under the same number, as often as it takes; the executor knows what became of it. */
export function send(draft: Draft, intent: Intent): void {
  draft.writes.push({
    intent: intent.number,
    kind: intent.kind,
    side: intent.target,
    nativeId: intent.nativeId,
    rowId: intent.rowId,
    expects: intent.expects,
    patch: intent.patch,
    source: intent.source,
    ...(intent.reference === undefined ? {} : { reference: intent.reference }),
    registerEpoch: intent.registerEpoch,
    open: draft.pair.intents.filter((other) => other.target === intent.target).map((other) => other.number),
  });
}
