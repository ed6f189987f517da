import { otherSide, type Cell, type JournalField, type ObservedRow, type Side } from '@dualwrite/events';
import { isAwaited } from './announced';
import { choiceFor } from './choices';
import { compareField, doAgree, pointsElsewhere, type Values } from './compare';
import type { Draft } from './draft';
import { intend } from './intents';
import { withJoined } from './lives';
import { travelsTo, type FieldRule } from './map-rules';
import type { Choice } from './pair';
import { block } from './parks';

type Rows = Readonly<Record<Side, ObservedRow>>;

/** What travels to one side in this round. */
interface Cargo {
  readonly patch: Record<string, Cell>;
  readonly fields: Record<string, { from: Cell; to: Cell; was: Cell }>;
}

interface Round {
  readonly cargo: Readonly<Record<Side, Cargo>>;
  readonly lost: JournalField[];
  mustWait: boolean;
}

/** Both rows are there: field by field, what changed travels, and nothing else (rules 15, 16). */
export function merge(draft: Draft, live: Rows): void {
  const { pair } = draft;
  // First meeting: no base. The lives become one only with the first applied write, or once all fields agree.
  draft.coupleRows(live.fo.id, live.dataverse.id);
  const round: Round = {
    cargo: { fo: { patch: {}, fields: {} }, dataverse: { patch: {}, fields: {} } },
    lost: [],
    mustWait: false,
  };
  for (const rule of draft.context.rules.fields) mergeField(draft, rule, live, round);
  if (draft.blocks.length > 0) return;
  const isMoved = (side: Side): boolean => Object.keys(round.cargo[side].fields).length > 0;
  const isAtRest = !isMoved('fo') && !isMoved('dataverse');
  // Rule 24: of two values that differ, a restored mapper cannot tell which one was seen and replaced.
  if (pair.restored && (round.lost.length > 0 || (pair.forgotten && !isAtRest))) {
    block(draft, 'history-lost', live);
    return;
  }
  if (round.mustWait || (isAtRest && draft.wants.length > 0)) {
    draft.rest = 'waiting';
    return;
  }
  if (isAtRest) {
    pair.lives = withJoined(pair.lives, { fo: live.fo.id, dataverse: live.dataverse.id });
    pair.maybe = null;
    pair.restored = false;
    pair.forgotten = false;
    if (pair.chosen) pair.chosen = undefined;
    if (pair.announced) draft.rest = 'waiting';
    return;
  }
  if (round.lost.length > 0) draft.note('conflict', { severity: 'warning', fields: round.lost });
  for (const target of ['dataverse', 'fo'] as const) {
    if (!isMoved(target)) continue;
    const source = live[otherSide(target)];
    intend(draft, {
      kind: 'update',
      target,
      nativeId: pair.seen[target].nativeId,
      rowId: live[target].id,
      expects: live[target].version,
      patch: round.cargo[target].patch,
      fields: round.cargo[target].fields,
      source: source.id,
      sourceVersion: source.version,
    });
  }
}

function mergeField(draft: Draft, rule: FieldRule, live: Rows, round: Round): void {
  const { fo, dataverse } = rule.column;
  // A constant is written when a row is made, and never again.
  if (fo === null || dataverse === null) return;
  const values: Values = {
    fo: live.fo.cells[fo] ?? null,
    dataverse: live.dataverse.cells[dataverse] ?? null,
  };
  if (isAwaited(draft, rule, values)) return;
  const chosen = choiceFor(draft, rule, values);
  if (chosen) {
    follow(draft, rule, chosen, { values, live, round });
    return;
  }
  const agreed = draft.pair.base[rule.name];
  const found = compareField(rule, values, agreed, live, draft.context, draft.winner);
  if (found === 'rest') {
    if (!draft.looksAgain || !pointsElsewhere(rule, values, live, draft.context.references)) return;
    // Until both say the same again, every examination looks: what the values were agreed as does not tell.
    draft.pair.looksAgain = true;
    // A reference is to a row, whatever its key is called: F&O gets the new key, unless the field never goes there.
    const source = travelsTo(rule, 'fo') ? 'dataverse' : 'fo';
    load(draft, rule, { values, live, round, source, lost: null });
    return;
  }
  if (found === 'agree' || found === 'accept') {
    draft.learn(rule.name, values);
    return;
  }
  if ('park' in found) {
    if (!draft.blocks.some((park) => park.reason === found.park)) {
      block(draft, found.park, live, { text: rule.name, field: rule.name });
    }
    return;
  }
  load(draft, rule, { values, live, round, source: found.travel, lost: found.lost });
}

/** What a person chose: one side's value travels, or a third one goes to both. */
function follow(
  draft: Draft,
  rule: FieldRule,
  choice: Choice,
  at: { values: Values; live: Rows; round: Round },
): void {
  const { values, live, round } = at;
  if ('take' in choice) {
    const target = otherSide(choice.take);
    if (doAgree(rule, values, live, draft.context.references) || !travelsTo(rule, target)) {
      draft.learn(rule.name, values);
    } else load(draft, rule, { ...at, source: choice.take, lost: target });
    return;
  }
  const { side, value } = choice;
  const given = { ...values, [side]: value };
  const column = rule.column[side];
  if (column === null) return;
  const rows = { ...live, [side]: { ...live[side], cells: { ...live[side].cells, [column]: value } } };
  const other = otherSide(side);
  const before = round.cargo[other].fields[rule.name];
  load(draft, rule, { values: given, live: rows, round, source: side, lost: null });
  const sent = round.cargo[other].fields[rule.name];
  if (sent === undefined || sent === before) return;
  round.cargo[side].patch[column] = value;
  round.cargo[side].fields[rule.name] = { from: sent.to, to: value, was: values[side] };
  for (const lost of [side, other]) round.lost.push({ field: rule.name, ...values, lost });
}

function load(
  draft: Draft,
  rule: FieldRule,
  move: { values: Values; live: Rows; round: Round; source: Side; lost: Side | null },
): void {
  const { values, live, round, source } = move;
  const target = otherSide(source);
  const column = rule.column[target];
  if (column === null) return;
  if (rule.createOnly || rule.fixedOn === target) {
    block(draft, 'refused-value', live, {
      code: 'key-cannot-change',
      field: rule.name,
      text: `${rule.name} was changed in ${source} from ${String(values[target])} to ${String(values[source])}; ${target} names its rows by it: change it back, or make the row anew under its new key`,
    });
    return;
  }
  const converted = rule.convert(target, values[source], live[source].cells, draft.context.references);
  if (converted.kind === 'refused') {
    block(draft, 'refused-value', live, { code: converted.code, text: converted.text, field: rule.name });
    return;
  }
  if (converted.kind === 'wait') {
    // A reference that may form a cycle follows in a later round; any other holds the whole row back.
    draft.wantAny(converted);
    round.mustWait ||= !rule.deferrable;
    return;
  }
  round.cargo[target].patch[column] = converted.value;
  round.cargo[target].fields[rule.name] = { from: values[source], to: converted.value, was: values[target] };
  if (move.lost !== null) round.lost.push({ field: rule.name, ...values, lost: move.lost });
}
