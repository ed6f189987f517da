import { otherSide, type Cell, type Side } from '@dualwrite/events';
import type { Values } from './compare';
import type { Draft } from './draft';
import type { FieldRule } from './map-rules';
import type { AnnouncedField, Intent, PendingCall } from './pair';

/** A row that was asked for is there by then; else what follows is a conflict, and the journal has the loser. */
const LOOK_WITHIN_MS = 15_000;

/** Of one field: what is agreed once the edit shows, and what the target showed before. */
export type Taken = Pick<AnnouncedField, Side | 'was'>;

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
    fields[rule.name] = { ...sided(target, taken, field.from), was: field.was };
  }
  const { call } = pair;
  if (call && call.id === intent.call) announce(draft, call, fields);
  draft.isCallTaken = true;
}

/** Where the caller does not save the edit itself, what was taken is an edit of the target from now on. */
export function announce(draft: Draft, call: PendingCall, fields: Readonly<Record<string, Taken>>): void {
  const { from, savedUntilMs } = call;
  for (const rule of draft.context.rules.fields) {
    const { name } = rule;
    const taken = fields[name];
    if (taken === undefined) continue;
    const shown = call.behind?.[name];
    const behind = shown === undefined ? {} : { behind: { shown } };
    const field = { ...taken, from, before: call.before?.[name] ?? null, ...behind };
    if (savedUntilMs === null) endWait(draft, rule, field);
    else replaceAnnounced(draft, name, { ...field, untilMs: savedUntilMs });
  }
}

/**
 * Is an announced edit of this field still to come? It came if its side shows it, and it came and was edited since if
 * its side shows a third value; in both cases what the other side has taken of it is agreed, and no edit of that side.
 * As long as news of what the caller saw has not come, a third value is older than that, and says nothing.
 */
export function isAwaited(draft: Draft, rule: FieldRule, values: Values): boolean {
  const { pair } = draft;
  const field = pair.announced?.[rule.name];
  if (field === undefined) return false;
  const { from } = field;
  const target = otherSide(from);
  if (hasCome(rule, field, values[from])) {
    agree(draft, rule.name, field);
    return false;
  }
  if (rule.same(target, values[target], field[target])) return true;
  // Somebody has changed what was taken: that is an edit like any other, and travels.
  noteOvertaken(draft, rule, values, field);
  draft.learn(rule.name, sided(target, field.was, values[from]));
  return false;
}

function hasCome(rule: FieldRule, field: AnnouncedField, shown: Cell): boolean {
  const { from, before, behind } = field;
  if (rule.same(from, shown, field[from])) return true;
  return behind === undefined && !rule.same(from, shown, before);
}

function agree(draft: Draft, name: string, { fo, dataverse }: AnnouncedField): void {
  draft.learn(name, { fo, dataverse });
  forgetAnnounced(draft, name);
}

/** News of what a caller saw has come: whatever his side shows from now on is newer. */
export function noticeNews(draft: Draft): void {
  const { pair, context } = draft;
  if (!pair.call && !pair.announced) return;
  for (const rule of context.rules.fields) {
    const { name } = rule;
    const { call } = pair;
    if (call?.behind?.[name] !== undefined) {
      const isThere = rule.same(call.from, shownBy(draft, rule, call.from), call.before?.[name] ?? null);
      if (isThere) pair.call = { ...call, behind: without(call.behind, name) };
    }
    const field = pair.announced?.[name];
    if (field?.behind && rule.same(field.from, shownBy(draft, rule, field.from), field.before))
      replaceAnnounced(draft, name, { ...field, behind: undefined });
  }
}

/** A value that may be newer than what the caller saw gives way to an edit that certainly is: the journal keeps it. */
function noteOvertaken(draft: Draft, rule: FieldRule, values: Values, field: AnnouncedField): void {
  const { from, behind } = field;
  const known = [field.before, behind?.shown, draft.pair.base[rule.name]?.[from]];
  if (known.some((one) => one !== undefined && rule.same(from, values[from], one))) return;
  draft.note('conflict', { severity: 'warning', fields: [{ field: rule.name, ...values, lost: from }] });
}

/** The row that is missing there is being saved by whoever had its partner made: none is made for it. */
export function isNewcomerAwaited(
  { pair }: { readonly pair: Pick<Draft['pair'], 'announced'> },
  side: Side,
): boolean {
  return Object.values(pair.announced ?? {}).some(({ from }) => from === side);
}

/** Edits that were not saved after all: what the other side has taken of them is now an edit of that side. */
export function dropOverdue(draft: Draft): void {
  const { pair, context } = draft;
  const { nowMs } = context;
  if (pair.announced === undefined || nowMs === undefined) return;
  for (const [name, field] of Object.entries(pair.announced)) {
    if (nowMs < field.untilMs) continue;
    const { from } = field;
    const rule = context.rules.fields.find((one) => one.name === name);
    if (!rule) {
      // A newer version of the map has no such field.
      forgetAnnounced(draft, name);
      continue;
    }
    // While a write of ours was open nobody has looked at the fields.
    if (hasCome(rule, field, shownBy(draft, rule, from))) {
      agree(draft, name, field);
      continue;
    }
    if (!field.isLookedFor) {
      // It may be there, and its feed be late: its side is looked at once more before anything is concluded.
      if (!draft.reads.includes(from)) draft.reads.push(from);
      replaceAnnounced(draft, name, { ...field, untilMs: nowMs + LOOK_WITHIN_MS, isLookedFor: true });
      continue;
    }
    draft.note('resumed', {
      severity: 'warning',
      side: from,
      code: 'announced-edit-not-seen',
      text: `${from} was to show an edit of ${name} and does not: ${endWait(draft, rule, field)}`,
    });
    forgetAnnounced(draft, name);
  }
}

/**
 * What the other side has taken is an edit of that side from now on.
 *
 * @returns what becomes of it, in words
 */
function endWait(draft: Draft, rule: FieldRule, field: Omit<AnnouncedField, 'untilMs'>): string {
  const { from, behind } = field;
  const target = otherSide(from);
  const shown = shownBy(draft, rule, from);
  if (behind !== undefined && !rule.same(from, shown, behind.shown)) {
    // Neither what the caller saw has come, nor his edit, but another one: it may have been made after both.
    if (!rule.same(target, shownBy(draft, rule, target), field[target]))
      return 'what was made of it since counts';
    draft.learn(rule.name, { fo: field.fo, dataverse: field.dataverse });
    const lost = { field: rule.name, ...sided(target, field[target], shown), lost: target };
    draft.note('conflict', { severity: 'warning', fields: [lost] });
    return `what it shows instead goes to ${target}`;
  }
  handOver(draft, rule.name, behind === undefined ? field : { ...field, before: shown });
  return `what ${target} has taken travels back`;
}

/** The edit was made by somebody who knew what its own side shows: that is no edit against it, but what it replaces. */
function handOver(
  draft: Draft,
  name: string,
  { from, before, was }: Pick<AnnouncedField, 'from' | 'before' | 'was'>,
): void {
  draft.learn(name, sided(otherSide(from), was, before));
}

function shownBy({ pair }: Draft, rule: FieldRule, side: Side): Cell {
  const column = rule.column[side];
  return column === null ? null : (pair.seen[side].row?.cells[column] ?? null);
}

function replaceAnnounced({ pair }: Draft, name: string, field: AnnouncedField): void {
  pair.announced = { ...pair.announced, [name]: field };
}

export function forgetAnnounced({ pair }: Draft, name: string): void {
  if (pair.announced?.[name] === undefined) return;
  const others = without(pair.announced, name);
  pair.announced = Object.keys(others).length === 0 ? undefined : others;
}

function without<T>(fields: Readonly<Record<string, T>>, name: string): Record<string, T> {
  const { [name]: _left, ...others } = fields;
  return others;
}

function sided(side: Side, its: Cell, others: Cell): Values {
  return side === 'fo' ? { fo: its, dataverse: others } : { fo: others, dataverse: its };
}
