import { otherSide, type Cell, type Cells, type Side } from '@dualwrite/events';
import type { FieldRule } from './map-rules';
import type { Base } from './pair';
import type { PlanContext } from './plan';
import type { References } from './references';
import { winnerOf } from './winner';

export type Values = Readonly<Record<Side, Cell>>;

type Rows = Readonly<Record<Side, { readonly cells: Cells }>>;

export type Comparison =
  /** As at the last agreement. */
  | 'rest'
  /** They say the same, in each side's own form: from now on agreed. */
  | 'agree'
  /** They differ, and the map says: let it be. */
  | 'accept'
  | { readonly travel: Side; readonly lost: Side | null }
  | { readonly park: 'conflict' | 'first-meeting' };

/** What becomes of one field when both rows are there (rule 16). */
export function compareField(
  rule: FieldRule,
  values: Values,
  agreed: Base[string] | undefined,
  rows: Rows,
  context: PlanContext,
  winner: Side | null,
): Comparison {
  // Nearly every field of nearly every examination: no conversion is needed to see that nothing happened.
  if (agreed && values.fo === agreed.fo && values.dataverse === agreed.dataverse) return 'rest';
  const changed = {
    fo: !agreed || !rule.same('fo', values.fo, agreed.fo),
    dataverse: !agreed || !rule.same('dataverse', values.dataverse, agreed.dataverse),
  };
  if (!changed.fo && !changed.dataverse) return 'rest';
  if (doAgree(rule, values, rows, context.references)) return 'agree';
  const isFirst = agreed === undefined;
  const found = { changed, isFirst, rows };
  return rule.direction === 'both'
    ? compareBothWays(rule, found, context, winner)
    : compareOneWay(rule, found, context, winner);
}

interface Found {
  readonly changed: Readonly<Record<Side, boolean>>;
  readonly isFirst: boolean;
  readonly rows: Rows;
}

function compareBothWays(
  rule: FieldRule,
  { changed, isFirst, rows }: Found,
  { rules }: PlanContext,
  winner: Side | null,
): Comparison {
  if (!changed.dataverse) return { travel: 'fo', lost: null };
  if (!changed.fo) return { travel: 'dataverse', lost: null };
  const policy = isFirst ? rules.firstMeeting : (rule.conflict ?? rules.conflict);
  const from = winner ?? winnerOf(policy, rows, rules);
  if (from === null) return { park: isFirst ? 'first-meeting' : 'conflict' };
  return { travel: from, lost: otherSide(from) };
}

/** Only the source's value ever travels; what the target shows besides is a drift. */
function compareOneWay(
  rule: FieldRule,
  { changed, isFirst, rows }: Found,
  { rules }: PlanContext,
  winner: Side | null,
): Comparison {
  const target: Side = rule.direction === 'to-fo' ? 'fo' : 'dataverse';
  const source = otherSide(target);
  const travel = { travel: source, lost: changed[target] ? target : null };
  if (isFirst) {
    const from = winner ?? winnerOf(rules.firstMeeting, rows, rules);
    if (rule.drift === 'leave') return from === source ? travel : 'accept';
    if (from === null) return { park: 'first-meeting' };
  }
  if (changed[source] || rule.drift === 'repair') return travel;
  return 'rest';
}

/**
 * Either value, brought into the other side's form, is what the other side shows. Both ways are tried, so that a
 * transform that loses something never sends a value to and fro.
 */
export function doAgree(rule: FieldRule, values: Values, rows: Rows, references: References): boolean {
  const shows = (target: Side): boolean => {
    const source = otherSide(target);
    const converted = rule.convert(target, values[source], rows[source].cells, references);
    return converted.kind === 'value' && rule.same(target, converted.value, values[target]);
  };
  if (rule.direction !== 'both') return shows(rule.direction === 'to-fo' ? 'fo' : 'dataverse');
  return shows('dataverse') || shows('fo');
}

/**
 * Nobody changed either value, and yet they no longer say the same: the row that Dataverse points at goes by another key
 * now. Only what is known counts: a target that is not there, or not read yet, changes nothing.
 */
export function pointsElsewhere(
  rule: FieldRule,
  values: Values,
  rows: Rows,
  references: References,
): boolean {
  if (!rule.isReference || values.dataverse === null) return false;
  const key = rule.convert('fo', values.dataverse, rows.dataverse.cells, references);
  if (key.kind !== 'value' || rule.same('fo', key.value, values.fo)) return false;
  return !doAgree(rule, values, rows, references);
}
