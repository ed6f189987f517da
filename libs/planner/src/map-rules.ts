import type { Cell, Cells, Side } from '@dualwrite/events';
import type { References, Wanted } from './references';

export type ConflictPolicy = 'fo-wins' | 'dataverse-wins' | 'last' | 'park';

/** Where the sides say when a row was changed, for the policy `last`; nobody's clock but theirs is asked. */
export interface LastChange {
  readonly column: Readonly<Record<Side, string>>;
  /** A side does not say, or both say the same. */
  readonly unknown: Exclude<ConflictPolicy, 'last'>;
}
/**
 * What becomes of a row whose partner was deleted: it goes, too; it is marked as inactive and left alone; it is left
 * alone as it is; a person decides.
 */
export type DeletePolicy = 'delete' | 'deactivate' | 'unlink' | 'park';
/** A row was deleted on one side and edited on the other: the delete wins, the edit does, or a person decides. */
export type DeleteVersusEdit = 'delete' | 'edit' | 'park';

/** How a table says that a row is no longer in use. */
export interface Deactivation {
  /** Columns and values to be written. */
  readonly patch: Cells;
  isShown(cells: Cells): boolean;
}

/** What becomes of a value on its way to the other side. */
export type Converted =
  | { readonly kind: 'value'; readonly value: Cell }
  /** The row that the value points at is not there yet. */
  | {
      readonly kind: 'wait';
      readonly wanted: Wanted;
      /** Rows that would do as well: a reference that may point at several tables. */
      readonly alternatives?: readonly Wanted[];
    }
  /** The value cannot be brought into the target's form: bad data. */
  | { readonly kind: 'refused'; readonly code: string; readonly text: string };

/** One mapped field, compiled from a map file. */
export interface FieldRule {
  /** Names the field in base, journal and screens: `CreditLimit=creditlimit`. */
  readonly name: string;
  /** Column on each side; null on the side that is absent (a constant). */
  readonly column: Readonly<Record<Side, string | null>>;
  readonly direction: 'both' | 'to-dataverse' | 'to-fo';
  /** A one-way field whose target was changed there: written again, or left. */
  readonly drift: 'repair' | 'leave';
  readonly conflict: ConflictPolicy | null;
  /** Part of what a row is known by, which the sides do not let us change: it travels when a row is made, never after. */
  readonly createOnly?: boolean;
  /** Part of the key by which this side names its rows: no update can change it there. */
  readonly fixedOn?: Side;
  /** A reference that may form a cycle: the row is created without it, the reference travels after. */
  readonly deferrable: boolean;
  /** In Dataverse it points at a row by id, in F&O by a key of that row, which may change while both values stay. */
  readonly isReference?: boolean;
  /** `source` is the whole row: a lookup needs the company beside the value. */
  convert(to: Side, value: Cell, source: Cells, references: References): Converted;
  /** Two values of one side, compared in the column's own type and form. */
  same(side: Side, left: Cell, right: Cell): boolean;
  /** May the side show `seen` after a write of ours sent `sent`, nothing else having happened? Absent: only the same. */
  admits?(side: Side, sent: Cell, seen: Cell): boolean;
}

export type KeyResult =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'wait'; readonly wanted: Wanted }
  | { readonly kind: 'none'; readonly reason: string };

/** What the planner has to know of a map; compiled by libs/maps. */
export interface MapRules {
  readonly name: string;
  readonly version: number;
  readonly table: Readonly<Record<Side, string>>;
  readonly fields: readonly FieldRule[];
  /** Nothing is written on the other side; see one-way.ts. */
  readonly onlyTo?: Side;
  /** Whose value travels when both sides changed it. */
  readonly conflict: ConflictPolicy;
  /** Whose value travels when two rows meet that differ, and nothing was agreed before. */
  readonly firstMeeting: ConflictPolicy;
  /** There wherever a policy says `last`. */
  readonly lastChange?: LastChange;
  readonly deleteVersusEdit: DeleteVersusEdit;
  /** May rows be created on that side by us? */
  readonly creates: Readonly<Record<Side, boolean>>;
  /** What becomes of that side's row when its partner was deleted. */
  readonly deletes: Readonly<Record<Side, DeletePolicy>>;
  /** There wherever `deletes` says `deactivate`. */
  readonly deactivation?: Readonly<Partial<Record<Side, Deactivation>>>;
  /** We choose the ids of new rows there (Dataverse), or the side does. */
  readonly ownIds: Readonly<Record<Side, boolean>>;
  /** The side shows row ids (Dataverse); where not, the register makes them. */
  readonly hasIds: Readonly<Record<Side, boolean>>;
  /** A feed names the ids of deleted rows. */
  readonly tellsDeletes: Readonly<Record<Side, boolean>>;
  /** Column that we fill with the source's id where the side names a new row itself: by it the row is found again. */
  readonly reference?: Readonly<Partial<Record<Side, string>>>;
  /** Business key with its company, in one form for both sides: `usmf/US-001`. */
  keyOf(side: Side, cells: Cells, references: References): KeyResult;
  inScope(side: Side, cells: Cells): boolean;
  /** Is this row id one of the row with that native id? Absent: every row that a pair hears of is its own. */
  isRowOf?(side: Side, nativeId: string, rowId: string): boolean;
  /** Id for a new row, always the same for the same source incarnation; null where the side picks it. */
  newRowId(side: Side, sourceRowId: string): string | null;
  /** Register entry of a row to be made: the new id, or the entity key read from the patch; null if the side numbers it. */
  newNativeId(side: Side, rowId: string | null, patch: Cells): string | null;
}

/** Does the field's value ever go to that side? */
export function travelsTo(rule: FieldRule, side: Side): boolean {
  return rule.direction === 'both' || rule.direction === `to-${side}`;
}
