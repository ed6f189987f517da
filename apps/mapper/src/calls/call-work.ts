import type { Cells, Observation, Side } from '@dualwrite/events';
import type { MapRules } from '@dualwrite/planner';
import type { WorkItem } from '../examine/work-item';

interface CallToPlan {
  readonly id: string;
  readonly kind?: 'update' | 'create' | 'delete' | undefined;
  readonly pairId: string;
  readonly side: Side;
  /** Of a new row its native id. */
  readonly row: string;
  readonly cells: Cells;
  readonly saw?: Cells | undefined;
  /** Of the caller's row, where its pair is known by it. */
  readonly nativeId: string | undefined;
  readonly savedWithinMs: number | null;
  readonly traceparent: string;
}

/** A call as a thing to be planned. */
export function workItemOf(
  { table }: Pick<MapRules, 'table'>,
  call: CallToPlan,
  nowMs: number,
): Extract<WorkItem, { kind: 'call' | 'newcomer' }> {
  const { id, kind, pairId, side, row, cells, saw, nativeId, savedWithinMs, traceparent } = call;
  const savedUntilMs = savedWithinMs === null ? null : nowMs + savedWithinMs;
  const asked = { id, from: side, cells, savedUntilMs };
  const named = nativeId === undefined ? {} : { nativeId };
  switch (kind) {
    case 'create': {
      const observation = newcomer({ side, table: table[side], nativeId: row, cells });
      return { kind: 'newcomer', observation, call: { ...asked, kind, nativeId: row }, traceparent };
    }
    case 'delete':
      return { kind: 'call', pairId, call: { ...asked, ...named, kind }, traceparent };
    default:
      return { kind: 'call', pairId, call: { ...asked, ...named, ...(saw && { saw }) }, traceparent };
  }
}

/** The row as it would be seen, so that its pair and its references are looked up in the same way; it is never taken in. */
function newcomer(of: Pick<Observation, 'side' | 'table' | 'nativeId'> & { cells: Cells }): Observation {
  const { side, table, nativeId, cells } = of;
  return {
    side,
    table,
    nativeId,
    revision: { epoch: 0, n: '0' },
    presence: 'present',
    row: { id: nativeId, version: '', cells },
    gone: [],
    origins: {},
    results: {},
    last: {},
    columnSet: '',
    via: 'event',
    observedAt: '',
  };
}
