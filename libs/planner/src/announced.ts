import { otherSide, type Cell } from '@dualwrite/events';
import type { Values } from './compare';
import type { Draft } from './draft';
import type { FieldRule } from './map-rules';
import type { Announced, Intent } from './pair';

type Fields = Record<string, Announced['fields'][string]>;

/** The write of a call was carried out: in the form that the target shows, for that is what will be agreed. */
export function announceWritten(draft: Draft, intent: Intent): void {
  const { target, fields: written } = intent;
  const from = otherSide(target);
  const row = draft.pair.seen[target].row;
  const before = draft.pair.seen[from].row;
  const fields: Fields = {};
  for (const rule of draft.context.rules.fields) {
    const field = written[rule.name];
    const { [target]: column, [from]: source } = rule.column;
    if (field === undefined || column === null || source === null) continue;
    const seen = row?.cells[column] ?? null;
    const isForm = rule.same(target, seen, field.to) || (rule.admits?.(target, field.to, seen) ?? false);
    const taken = isForm && field.to !== null ? seen : field.to;
    fields[rule.name] = { ...valuesOf(intent, field.from, taken), before: before?.cells[source] ?? null };
  }
  announce(draft, intent.call, fields);
  draft.isCallTaken = true;
}

/** Nothing is awaited for a call whose caller does not save the edit itself. */
export function announce(draft: Draft, callId: string | undefined, fields: Fields): void {
  const { pair } = draft;
  const call = pair.call;
  if (call === undefined || call.id !== callId || call.savedUntilMs === null) return;
  if (Object.keys(fields).length === 0) return;
  const earlier = pair.announced?.from === call.from ? pair.announced.fields : {};
  pair.announced = { from: call.from, untilMs: call.savedUntilMs, fields: { ...earlier, ...fields } };
}

/**
 * Is an announced edit of this field still to come? It came if its side shows it, and it came and was edited since if
 * its side shows a third value; in both cases what the other side has taken of it is agreed, and no edit of that side.
 */
export function isAwaited(draft: Draft, rule: FieldRule, values: Values): boolean {
  const { pair } = draft;
  const { announced } = pair;
  const field = announced?.fields[rule.name];
  if (announced === undefined || field === undefined) return false;
  const { from } = announced;
  const target = otherSide(from);
  const isShown = rule.same(from, values[from], field[from]);
  if (!isShown && rule.same(from, values[from], field.before)) {
    // Somebody has changed what was taken: that is an edit like any other, and travels.
    return rule.same(target, values[target], field[target]);
  }
  draft.learn(rule.name, { fo: field.fo, dataverse: field.dataverse });
  forget(draft, rule.name);
  return false;
}

/** The edit was not saved after all: what the other side has taken of it is now an edit of that side. */
export function dropOverdue(draft: Draft): void {
  const { pair, context } = draft;
  if (pair.announced === undefined || (context.nowMs ?? 0) < pair.announced.untilMs) return;
  draft.note('resumed', {
    severity: 'warning',
    side: pair.announced.from,
    code: 'announced-edit-not-seen',
    text: `${pair.announced.from} was to show ${Object.keys(pair.announced.fields).join(', ')} and does not: what ${otherSide(pair.announced.from)} has taken travels back`,
  });
  pair.announced = undefined;
}

function forget({ pair }: Draft, name: string): void {
  if (pair.announced === undefined) return;
  const { [name]: _shown, ...fields } = pair.announced.fields;
  pair.announced = Object.keys(fields).length === 0 ? undefined : { ...pair.announced, fields };
}

function valuesOf({ target }: Intent, from: Cell, to: Cell): Values {
  return target === 'fo' ? { fo: to, dataverse: from } : { fo: from, dataverse: to };
}
