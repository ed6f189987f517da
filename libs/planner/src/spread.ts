import { otherSide, type Cell, type ObservedRow, type Side } from '@dualwrite/events';
import type { Draft } from './draft';
import { intend } from './intents';
import { hasEnded, hasPartner, isEnded, withJoined } from './lives';
import { travelsTo } from './map-rules';
import type { Intent } from './pair';
import { isOutdated } from './outdated';
import { block } from './parks';

/**
 * One side only: make the other, if it is known that there is nothing (rule 17).
 *
 * @param call of somebody who waits for that, and has not made the row yet
 */
export function spread(draft: Draft, side: Side, row: ObservedRow, call?: string): void {
  const { pair, context } = draft;
  const { rules, references } = context;
  const target = otherSide(side);
  if (!isKnownAbsent(draft, target)) {
    if (pair.seen[target].nativeId !== null) draft.reads.push(target);
    draft.rest = 'waiting';
    return;
  }
  if (!rules.creates[target]) {
    draft.filter('not-created');
    return;
  }
  // Rule 24: a restored mapper may have forgotten why the other side is empty. It was not always, if something ended
  // there, or if this row is one with another that is no longer there (whose end was told while nobody knew the pair).
  const isHistoryLost =
    pair.forgotten || hasEnded(pair.lives, target) || hasPartner(pair.lives, side, row.id);
  if (pair.restored && isHistoryLost) {
    block(draft, 'history-lost', { [side]: row });
    return;
  }
  const key = rules.keyOf(side, row.cells, references);
  // A row without its key may be made where the side gives the key itself, and tells us by our reference.
  const reference = rules.reference?.[target];
  if (key.kind === 'none' && reference === undefined) {
    block(draft, 'no-key', { [side]: row }, { text: key.reason });
    return;
  }
  if (key.kind === 'wait') {
    draft.want(key.wanted);
    draft.rest = 'waiting';
    return;
  }
  if (key.kind === 'key') pair.key = key.key;
  if (context.isKeyHeld) {
    block(draft, 'key-taken', { [side]: row }, { text: `another row holds the key ${pair.key}` });
    return;
  }
  const content = contentFor(draft, side, row);
  if (content === null) return;
  const rowId = freshRowId(draft, target, row.id);
  // Derived from the source, so that every attempt means the same row; one life with it before it can exist (rule 13).
  if (rowId !== null) {
    const ids = target === 'fo' ? { fo: rowId, dataverse: row.id } : { fo: row.id, dataverse: rowId };
    pair.lives = withJoined(pair.lives, ids);
  }
  const nativeId = rules.newNativeId(target, rowId, content.patch);
  const isReferred = nativeId === null && reference !== undefined;
  intend(draft, {
    kind: 'create',
    target,
    nativeId,
    rowId,
    expects: null,
    ...(isReferred
      ? { reference, patch: { ...content.patch, [reference]: row.id } }
      : { patch: content.patch }),
    fields: content.fields,
    source: row.id,
    sourceVersion: row.version,
    ...(call === undefined ? {} : { call }),
  });
}

/** An id never comes back: a row that outlived its partner (`edit` wins) gets a new one, derived in the same way. */
function freshRowId({ pair, context }: Draft, target: Side, source: string): string | null {
  let rowId = context.rules.newRowId(target, source);
  for (let life = 2; rowId !== null && isEnded(pair.lives, target, rowId); life += 1) {
    rowId = context.rules.newRowId(target, `${source}~${life}`);
  }
  return rowId;
}

/** Seen absent, or never seen once all rows of the side have been. */
function isKnownAbsent(draft: Draft, side: Side): boolean {
  const seen = draft.pair.seen[side];
  if (seen.revision === null) return draft.context.covered[side];
  return seen.presence === 'absent' && !isOutdated(draft, side);
}

/** Null: some value cannot travel, now or at all. */
function contentFor(
  draft: Draft,
  side: Side,
  row: ObservedRow,
): { patch: Record<string, Cell>; fields: Intent['fields'] } | null {
  const { rules, references } = draft.context;
  const target = otherSide(side);
  const patch: Record<string, Cell> = {};
  const fields: Record<string, { from: Cell; to: Cell; was: Cell }> = {};
  let mustWait = false;
  for (const rule of rules.fields) {
    const column = rule.column[target];
    if (column === null || !travelsTo(rule, target)) continue;
    const source = rule.column[side];
    const from = source === null ? null : (row.cells[source] ?? null);
    const converted = rule.convert(target, from, row.cells, references);
    if (converted.kind === 'refused') {
      block(
        draft,
        'refused-value',
        { [side]: row },
        {
          code: converted.code,
          text: converted.text,
          field: rule.name,
        },
      );
      return null;
    }
    if (converted.kind === 'wait') {
      draft.wantAny(converted);
      mustWait ||= !rule.deferrable;
      // Made without it: agreed is that neither side has a value, so that the source's is the one that travels, not the
      // empty one of the row that we made.
      if (source !== null) fields[rule.name] = { from: null, to: null, was: null };
      continue;
    }
    const to = converted.value;
    // An empty value is left to the side's own default; what it then shows is an edit like any other.
    if (to !== null) patch[column] = to;
    if (source !== null) fields[rule.name] = { from, to, was: null };
  }
  if (!mustWait) return { patch, fields };
  draft.rest = 'waiting';
  return null;
}
