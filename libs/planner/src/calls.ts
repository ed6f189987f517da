import { otherSide, type Cell, type ObservedRow, type Side, type WriteResult } from '@dualwrite/events';
import { expectRow } from './absorb';
import { announce, isNewcomerAwaited, type Taken } from './announced';
import type { Draft } from './draft';
import { intend } from './intents';
import { travelsTo } from './map-rules';
import type { Intent, PendingCall } from './pair';
import type { CallEnd } from './plan';

type Rows = Readonly<Record<Side, ObservedRow>>;

/** One call of a pair at a time: the next one would be planned from values that are about to change. */
export function takeCall(draft: Draft, call: PendingCall): void {
  if (draft.pair.call?.id === call.id) return;
  // What is being written to the caller's row would have to end first, and the caller may be what it waits for.
  const isWritten = draft.pair.intents.some(({ target }) => target === call.from);
  // A row whose partner was made for somebody is on its way: another one of its key has no place.
  const isAwaited = call.kind === 'create' && isNewcomerAwaited(draft, call.from);
  if (draft.pair.call || isWritten || isAwaited) {
    const text = `${draft.pair.call ? 'another call' : 'a write'} for this row has no answer yet; try again in a moment`;
    draft.calls.push({ id: call.id, ...refusal('busy', text), cells: null });
    return;
  }
  if (call.kind === 'create' && call.nativeId !== undefined) expectRow(draft, call.from, call.nativeId);
  draft.pair.call = { ...call, ...replacedBy(draft, call) };
}

/**
 * What the caller has before him, which is what his edit replaces: as he says himself, for news of his own side may be
 * late. Who does not say is taken to have seen his last announced edit, or what is known at the moment of the call.
 */
function replacedBy({ pair, context }: Draft, call: PendingCall): Pick<PendingCall, 'before' | 'behind'> {
  const { from, cells, saw } = call;
  const row = pair.seen[from].row;
  const before: Record<string, Cell> = {};
  const behind: Record<string, Cell> = {};
  for (const rule of context.rules.fields) {
    const { name } = rule;
    const source = rule.column[from];
    if (!row || source === null || cells[source] === undefined) continue;
    const shown = row.cells[source] ?? null;
    const announced = pair.announced?.[name];
    const supposed = announced?.from === from ? announced[from] : shown;
    const told = saw?.[source];
    const seen = told === undefined ? supposed : told;
    before[name] = seen;
    if (!rule.same(from, shown, seen)) behind[name] = shown;
  }
  return { before, behind };
}

/**
 * Nobody waits any more. Under the pair's lock, so that what was not planned yet never will be; a write that is on its
 * way is for its executor to say.
 */
export function giveUp(draft: Draft, id: string): void {
  const { call, intents } = draft.pair;
  if (call?.id !== id) return;
  if (intents.some((intent) => intent.call === id)) draft.pair.call = { ...call, isGivenUp: true };
  else end(draft, call, ABANDONED);
}

/**
 * Plans what a call asks for: one update of the other side's row, with the version that it expects, like any write. The
 * caller's own side does not show the edit yet.
 *
 * @returns whether a write was planned; else the call has ended, or there is none
 */
export function planCall(draft: Draft, live: Rows): boolean {
  const { call } = draft.pair;
  if (call === undefined) return false;
  const found = contentOf(draft, call, live);
  if ('code' in found) {
    end(draft, call, found);
    return false;
  }
  const target = otherSide(call.from);
  if (Object.keys(found.fields).length === 0) {
    // The target says so already; the caller's side does not yet.
    announce(draft, call, found.known);
    end(draft, call, APPLIED);
    return false;
  }
  intend(draft, {
    kind: 'update',
    target,
    nativeId: draft.pair.seen[target].nativeId,
    rowId: live[target].id,
    expects: live[target].version,
    patch: found.patch,
    fields: found.fields,
    source: live[call.from].id,
    sourceVersion: live[call.from].version,
    call: call.id,
  });
  return true;
}

/** The write of a call has its answer; where it had no effect the call is planned again, unless nobody waits any more. */
export function settleCall(draft: Draft, intent: Intent, result: WriteResult | undefined): void {
  const { call } = draft.pair;
  if (call === undefined || call.id !== intent.call) return;
  if (draft.isCallTaken) end(draft, call, APPLIED);
  else if (draft.pair.parks.length > draft.old.parks.length) {
    end(draft, call, { outcome: 'in-doubt', by: intent.target, code: 'write-in-doubt', text: null });
  } else if (result?.outcome === 'rejected') {
    const { code = null, text = null } = result;
    end(draft, call, { outcome: 'rejected', by: intent.target, code, text });
  } else if (call.isGivenUp || (result?.outcome === 'withheld' && result.code === 'abandoned')) {
    end(draft, call, ABANDONED);
  }
}

/** A call is planned at once or refused: it never waits for something that may take long. */
export function refuseUnplanned(draft: Draft, code: string = draft.rest): void {
  const { call, intents } = draft.pair;
  if (call === undefined || intents.some((intent) => intent.call === call.id)) return;
  const [park] = draft.pair.parks.length > 0 ? draft.pair.parks : draft.blocks;
  const why = park ? `the row is parked: ${park.text ?? park.reason}` : (WORDS[code] ?? WORDS['agreed']);
  end(draft, call, refusal(code === 'agreed' ? 'no-partner' : code, why ?? code));
}

const WORDS: Readonly<Record<string, string>> = {
  agreed: 'the row is not there on both sides',
  'catching-up': 'the map takes in what it has missed; try again when it has',
  filtered: 'the map does not serve this row now',
  held: 'the row is held until a person releases it',
  shadow: 'the map is in shadow and writes nothing',
  waiting: 'something that the row needs is not there yet, or not read yet',
};
export const APPLIED: Omit<CallEnd, 'id' | 'cells'> = {
  outcome: 'applied',
  by: 'dualwrite',
  code: null,
  text: null,
};
const ABANDONED: Omit<CallEnd, 'id' | 'cells'> = {
  outcome: 'abandoned',
  by: 'dualwrite',
  code: 'abandoned',
  text: 'it was not carried out in time, and never will be',
};

export function end(draft: Draft, call: PendingCall, said: Omit<CallEnd, 'id' | 'cells'>): void {
  const target = otherSide(call.from);
  draft.calls.push({ id: call.id, ...said, cells: draft.pair.seen[target].row?.cells ?? null });
  draft.pair.call = undefined;
}

export function refusal(code: string, text: string): Omit<CallEnd, 'id' | 'cells'> {
  return { outcome: 'rejected', by: 'dualwrite', code, text };
}

interface Content {
  readonly patch: Record<string, Cell>;
  readonly fields: Record<string, Intent['fields'][string]>;
  /** What the target says already. */
  readonly known: Record<string, Taken>;
}

/** What is to be written, or why it cannot be. */
function contentOf(
  { pair, context }: Draft,
  call: PendingCall,
  live: Rows,
): Content | ReturnType<typeof refusal> {
  const { rules, references } = context;
  const { from } = call;
  const target = otherSide(from);
  if (call.nativeId !== undefined && call.nativeId !== pair.seen[from].nativeId)
    return refusal('busy', 'another row went by this key until now; try again in a moment');
  const cells = { ...live[from].cells, ...call.cells };
  if (!rules.inScope(from, cells)) return refusal('out-of-scope', 'the change takes the row out of the map');
  const key = rules.keyOf(from, cells, references);
  if (key.kind !== 'key' || key.key !== pair.key)
    return refusal('key-cannot-change', 'what a row is known by cannot be changed by a call');
  const content: Content = { patch: {}, fields: {}, known: {} };
  for (const rule of rules.fields) {
    const source = rule.column[from];
    const column = rule.column[target];
    if (source === null || column === null || !travelsTo(rule, target)) continue;
    const wanted = call.cells[source];
    const current = live[from].cells[source] ?? null;
    const before = call.before?.[rule.name] ?? current;
    // A save may name columns that it leaves as they are.
    if (wanted === undefined || rule.same(from, wanted, before)) continue;
    const announced = pair.announced?.[rule.name];
    const taken = announced?.from === from ? announced : undefined;
    const isOlder = call.behind?.[rule.name] !== undefined;
    const isOwnEdit = [before, wanted, taken?.[from]].some(
      (known) => known !== undefined && rule.same(from, current, known),
    );
    if (!isOwnEdit && !isOlder)
      return refusal('conflict', `${rule.name} was changed in ${from} by somebody else meanwhile`);
    if (rule.createOnly || rule.fixedOn === target)
      return refusal('key-cannot-change', `${target} names its rows by ${rule.name}: it cannot be changed`);
    const converted = rule.convert(target, wanted, cells, references);
    if (converted.kind === 'refused') return refusal(converted.code, `${rule.name}: ${converted.text}`);
    if (converted.kind === 'wait')
      return refusal('missing-row', `${rule.name} points at a row that ${target} does not have yet`);
    const now = live[target].cells[column] ?? null;
    const agreed = pair.base[rule.name];
    if (rule.same(target, now, converted.value)) {
      const values = target === 'fo' ? { fo: now, dataverse: wanted } : { fo: wanted, dataverse: now };
      content.known[rule.name] = { ...values, was: agreed?.[target] ?? now };
      continue;
    }
    // Nobody replaces a value that he has not seen: what the target holds by now must reach the caller first.
    const isSeen = [agreed, taken].some(
      (known) => known !== undefined && rule.same(target, now, known[target]),
    );
    if (!isSeen)
      return refusal(
        'conflict',
        `${rule.name} was changed in ${target} meanwhile; that change is on its way`,
      );
    content.patch[column] = converted.value;
    content.fields[rule.name] = { from: wanted, to: converted.value, was: now };
  }
  return content;
}
