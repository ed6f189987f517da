import type { Cell, Side } from '@dualwrite/events';
import type { CompiledMap } from '@dualwrite/maps';
import { conflictsOf, type FieldView, type PairState, type Park } from '@dualwrite/planner';
import type { QueryRunner } from 'typeorm';
import { KnownReferences } from '../references/known-references';
import { readReferences } from '../references/reference-reader';

/** A pair for a person who decides: field by field, and who changed the rows when, where the sides show it. */
export interface ConflictView {
  readonly pairId: string;
  readonly key: string | null;
  readonly parks: readonly Park[];
  readonly isHeld: boolean;
  readonly fields: readonly FieldView[];
  readonly changed: Readonly<Record<Side, Changed | null>>;
}

interface Changed {
  readonly nativeId: string;
  readonly version: string;
  /** As the side says it; null: its columns are not among those that the maps read. */
  readonly at: Cell;
  readonly by: Cell;
}

const AT: Readonly<Record<Side, readonly string[]>> = {
  fo: ['ModifiedDateTime', 'LastProcessedChange_DateTime'],
  dataverse: ['modifiedon'],
};
const BY: Readonly<Record<Side, readonly string[]>> = { fo: ['ModifiedBy'], dataverse: ['modifiedby'] };

export async function conflictView(
  runner: QueryRunner,
  pair: PairState,
  rules: CompiledMap,
): Promise<ConflictView> {
  const references = new KnownReferences();
  const needs = (['fo', 'dataverse'] as const).flatMap((side) => {
    const { row } = pair.seen[side];
    return row ? rules.referencesNeeded(side, row.cells) : [];
  });
  await readReferences(runner, needs, references);
  const fields = conflictsOf(pair, {
    rules,
    references,
    covered: { fo: true, dataverse: true },
    registerEpoch: { fo: 0, dataverse: 0 },
  });
  return {
    ...{ pairId: pair.pairId, key: pair.key, parks: pair.parks, isHeld: pair.held === true, fields },
    changed: { fo: changed(pair, 'fo'), dataverse: changed(pair, 'dataverse') },
  };
}

function changed({ seen }: PairState, side: Side): Changed | null {
  const { nativeId, row } = seen[side];
  if (nativeId === null || row === null) return null;
  const shown = (columns: readonly string[]): Cell =>
    columns.map((column) => row.cells[column]).find((cell) => cell !== undefined && cell !== null) ?? null;
  return { nativeId, version: row.version, at: shown(AT[side]), by: shown(BY[side]) };
}
