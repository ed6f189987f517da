import type { Cell, Side, WriteKind } from '@dualwrite/events';
import type { Intent, MapRules, PairState } from '@dualwrite/planner';

/** One column of a row as our write would have left it. */
export interface ExpectedField {
  /** Of the map; a column that only we fill goes by its own name. */
  readonly field: string;
  readonly column: string;
  readonly ours: Cell;
  /** What the row showed when it was expected. */
  readonly was: Cell;
  /** The others have changed it since, to something else. */
  readonly isTouched: boolean;
}

/** What a map in shadow would have written to one side of a pair, and has not seen there yet. */
export interface Expectation {
  readonly side: Side;
  readonly kind: WriteKind;
  readonly fields: readonly ExpectedField[];
  readonly expectedAtMs: number;
  /** It was told as missing or different: not told again until something else is expected. */
  readonly isTold: boolean;
}

/** What is expected of a write that would have been sent now. */
export function expectationOf(
  { target, kind, patch }: Pick<Intent, 'target' | 'kind' | 'patch'>,
  { seen }: Pick<PairState, 'seen'>,
  rules: Pick<MapRules, 'fields'>,
  nowMs: number,
): Expectation {
  const cells = seen[target].row?.cells ?? {};
  const names = new Map(rules.fields.map(({ name, column }) => [column[target], name]));
  return {
    side: target,
    kind,
    fields: Object.entries(patch).map(([column, ours]) => ({
      field: names.get(column) ?? column,
      column,
      ours,
      was: cells[column] ?? null,
      isTouched: false,
    })),
    expectedAtMs: nowMs,
    isTold: false,
  };
}

/** They would leave the same values in the same columns. */
export function hasSameFields(left: Expectation, right: Expectation): boolean {
  return (
    left.fields.length === right.fields.length &&
    left.fields.every(({ column, ours }) =>
      right.fields.some((other) => other.column === column && other.ours === ours),
    )
  );
}
