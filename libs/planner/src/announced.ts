import { otherSide, type Cell, type Side } from '@dualwrite/events';
import type { Values } from './compare';
import type { Draft } from './draft';
import type { FieldRule } from './map-rules';
import type { AnnouncedField, Intent, PendingCall } from './pair';

/** A row that was asked for is there by then; else what follows is a conflict, and the journal has the loser. */
const LOOK_WITHIN_MS = 15_000;

/** Of one field: what is agreed once the edit shows, and what was there before. */
export type Taken = Pick<AnnouncedField, Side | 'before' | 'was'>;

/** The write of a call was carried out: in the form that the target shows, for that is what will be agreed. */
export function announceWritten(draft: Draft, intent: Intent): void {
  const { target, fields: written } = intent;
  const { pair } = draft;
  const row = pair.seen[target].row;
  const fields: Record<string, Taken> = {};
  for (const rule of draft.context.rules.fields) {
    const field = written[rule.name];
    const column = rule.column[target];
    if (field === undefined || column === null) continue;
    const seen = row?.cells[column] ?? null;
    const isForm = rule.same(target, seen, field.to) || (rule.admits?.(target, field.to, seen) ?? false);
    const taken = isForm && field.to !== null ? seen : field.to;
    const before = pair.call?.before?.[rule.name] ?? null;
    fields[rule.name] = { ...sided(target, taken, field.from), before, was: field.was };
  }
  const { call } = pair;
  if (call && call.id === intent.call) announce(draft, call, fields);
  draft.isCallTaken = true;
}

/** Where the caller does not save the edit itself, what was taken is an edit of the target from now on. */
export function announce(
  draft: Draft,
  { from, savedUntilMs }: PendingCall,
  fields: Readonly<Record<string, Taken>>,
): void {
  for (const [name, taken] of Object.entries(fields)) {
    if (savedUntilMs === null) handOver(draft, name, { ...taken, from });
    else {
      const field = { ...taken, from, untilMs: savedUntilMs };
      draft.pair.announced = { ...draft.pair.announced, [name]: field };
    }
  }
}

/**
 * Is an announced edit of this field still to come? It came if its side shows it, and it came and was edited since if
 * its side shows a third value; in both cases what the other side has taken of it is agreed, and no edit of that side.
 */
export function isAwaited(draft: Draft, rule: FieldRule, values: Values): boolean {
  const { pair } = draft;
  const field = pair.announced?.[rule.name];
  if (field === undefined) return false;
  const { from } = field;
  const target = otherSide(from);
  const isShown = rule.same(from, values[from], field[from]);
  if (!isShown && rule.same(from, values[from], field.before)) {
    if (rule.same(target, values[target], field[target])) return true;
    // Somebody has changed what was taken: that is an edit like any other, and travels.
    draft.learn(rule.name, sided(target, field.was, field.before));
    return false;
  }
  draft.learn(rule.name, { fo: field.fo, dataverse: field.dataverse });
  forgetAnnounced(draft, rule.name);
  return false;
}

/** Edits that were not saved after all: what the other side has taken of them is now an edit of that side. */
export function dropOverdue(draft: Draft): void {
  const { pair, context } = draft;
  const { nowMs } = context;
  if (pair.announced === undefined || nowMs === undefined) return;
  for (const [name, field] of Object.entries(pair.announced)) {
    if (nowMs < field.untilMs) continue;
    const { from } = field;
    if (!field.isLookedFor) {
      // It may be there, and its feed be late: its side is looked at once more before anything is concluded.
      if (!draft.reads.includes(from)) draft.reads.push(from);
      const again = { ...field, untilMs: nowMs + LOOK_WITHIN_MS, isLookedFor: true } as const;
      pair.announced = { ...pair.announced, [name]: again };
      continue;
    }
    draft.note('resumed', {
      severity: 'warning',
      side: from,
      code: 'announced-edit-not-seen',
      text: `${from} was to show an edit of ${name} and does not: what ${otherSide(from)} has taken travels back`,
    });
    handOver(draft, name, field);
    forgetAnnounced(draft, name);
  }
}

/** The edit was made by somebody who knew what its own side shows: that is no edit against it, but what it replaces. */
function handOver(draft: Draft, name: string, { from, before, was }: Taken & { from: Side }): void {
  draft.learn(name, sided(otherSide(from), was, before));
}

export function forgetAnnounced({ pair }: Draft, name: string): void {
  if (pair.announced?.[name] === undefined) return;
  const { [name]: _shown, ...others } = pair.announced;
  pair.announced = Object.keys(others).length === 0 ? undefined : others;
}

function sided(side: Side, its: Cell, others: Cell): Values {
  return side === 'fo' ? { fo: its, dataverse: others } : { fo: others, dataverse: its };
}
