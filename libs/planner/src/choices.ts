import type { Cell, Side } from '@dualwrite/events';
import { compareField, type Values } from './compare';
import type { Draft } from './draft';
import type { FieldRule } from './map-rules';
import type { Choice, Chosen, PairState } from './pair';
import type { PlanContext } from './plan';

/** A person chose, seeing the values that both rows show now. */
export function choose(draft: Draft, choices: Readonly<Record<string, Choice>>): void {
  const { fo, dataverse } = draft.pair.seen;
  const chosen: Record<string, Chosen[string]> = { ...draft.pair.chosen };
  for (const rule of draft.context.rules.fields) {
    const choice = choices[rule.name];
    if (choice === undefined) continue;
    const seen = {
      fo: cellOf(fo.row?.cells, rule.column.fo),
      dataverse: cellOf(dataverse.row?.cells, rule.column.dataverse),
    };
    chosen[rule.name] = { choice, seen };
  }
  draft.pair.chosen = chosen;
}

/**
 * What was chosen for a field, as long as each side shows the value that the person saw, or the one that was chosen:
 * anything else is an edit since, which nobody has decided about.
 */
export function choiceFor({ pair }: Draft, rule: FieldRule, values: Values): Choice | null {
  const chosen = pair.chosen?.[rule.name];
  if (chosen === undefined) return null;
  const { choice, seen } = chosen;
  const shows = (side: Side): boolean =>
    rule.same(side, values[side], seen[side]) ||
    ('value' in choice && choice.side === side && rule.same(side, values[side], choice.value));
  return shows('fo') && shows('dataverse') ? choice : null;
}

/** One field of a pair as a person looks at it. */
export interface FieldView {
  readonly field: string;
  /** Values at the last agreement; null: never agreed. */
  readonly base: Values | null;
  readonly fo: Cell;
  readonly dataverse: Cell;
  /** `conflict`: nobody decides but a person; `travels`: one side's value goes; `in-step`: nothing to do. */
  readonly standing: 'conflict' | 'travels' | 'in-step';
}

/** The fields of a pair whose rows are both there. */
export function conflictsOf(pair: PairState, context: PlanContext): readonly FieldView[] {
  const fo = pair.seen.fo.row;
  const dataverse = pair.seen.dataverse.row;
  if (!fo || !dataverse) return [];
  // The base holds for one couple of rows (rule 15).
  const isCouple = pair.couple.fo === fo.id && pair.couple.dataverse === dataverse.id;
  return context.rules.fields.flatMap((rule) => {
    if (rule.column.fo === null || rule.column.dataverse === null) return [];
    const values = {
      fo: cellOf(fo.cells, rule.column.fo),
      dataverse: cellOf(dataverse.cells, rule.column.dataverse),
    };
    const base = (isCouple ? pair.base[rule.name] : undefined) ?? null;
    const found = compareField(rule, values, base ?? undefined, { fo, dataverse }, context, null);
    const standing = typeof found === 'string' ? 'in-step' : 'park' in found ? 'conflict' : 'travels';
    return [{ field: rule.name, base, ...values, standing }];
  });
}

function cellOf(cells: Readonly<Record<string, Cell>> | undefined, column: string | null): Cell {
  return column === null ? null : (cells?.[column] ?? null);
}
