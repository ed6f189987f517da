import type { Cell, Side } from '@dualwrite/events';
import type { Converted, FieldRule, MapRules } from '@dualwrite/planner';
import type { EndpointTraits } from './endpoint';
import { REFERENCE_FIELD, type Forms } from './forms';
import type { Scenario } from './scenarios';

export const KEY = 'usmf/1';
export const FO_NATIVE_ID = 'usmf|1';

/** The field of the second map, where there are two. */
const SECOND_FIELD = 'b';

interface MapParts {
  readonly fields: readonly string[];
  readonly show: (value: number) => number;
  readonly forms: Forms;
  readonly traits: Readonly<Record<Side, EndpointTraits>>;
  /** Is the row there that a reference points at? */
  readonly isKnown: (value: number) => boolean;
  /** The server's form of what we wrote enters the base. */
  readonly admits: boolean;
}

/** The second of two maps on the same rows: the map that made a row deletes it, the other one lets go of it. */
export function simSecondMap(scenario: Scenario, parts: MapParts): MapRules {
  const map = simMap({ ...scenario, secondMap: false }, 1, parts);
  return {
    ...map,
    name: 'second',
    fields: map.fields.filter(({ name }) => name === SECOND_FIELD),
    creates: { fo: false, dataverse: false },
    deletes: { fo: 'unlink', dataverse: 'unlink' },
  };
}

/** Of the map that makes and deletes the rows. */
export function ownFields({ secondMap }: Scenario, fields: readonly string[]): readonly string[] {
  return secondMap ? fields.filter((name) => name !== SECOND_FIELD) : fields;
}

/** The map that makes and deletes the rows: the same fields on both sides, a row in and out of scope by its own column. */
export function simMap(scenario: Scenario, version: number, parts: MapParts): MapRules {
  const policy = scenario.winner === 'dataverse' ? 'dataverse-wins' : 'fo-wins';
  const { traits } = parts;
  const isFirst = scenario.versions === true && version === 1;
  const own = ownFields(scenario, parts.fields);
  const fields = isFirst ? own.slice(0, 1) : own;
  return {
    name: 'sim',
    version,
    table: { fo: 'Rows', dataverse: 'row' },
    fields: fields.map((name) => simField(name, scenario, parts)),
    conflict: policy,
    firstMeeting: policy,
    deleteVersusEdit: scenario.deleteVersusEdit ?? 'delete',
    creates: { fo: true, dataverse: true },
    deletes: { fo: scenario.foDeletes ?? 'delete', dataverse: 'delete' },
    ownIds: { fo: traits.fo.showsIds && !traits.fo.picksIds, dataverse: !traits.dataverse.picksIds },
    hasIds: { fo: traits.fo.showsIds, dataverse: traits.dataverse.showsIds },
    tellsDeletes: { fo: false, dataverse: true },
    keyOf: () => ({ kind: 'key', key: KEY }),
    inScope: (_side, cells) => cells['isInScope'] !== false,
    newRowId: (side, sourceRowId) => (ownIds(side, traits) ? `${side}:${sourceRowId}` : null),
    newNativeId: (side, rowId) => (side === 'fo' ? FO_NATIVE_ID : rowId),
  };
}

function simField(name: string, scenario: Scenario, { show, forms, isKnown, admits }: MapParts): FieldRule {
  const isReference = scenario.references === true && name === REFERENCE_FIELD;
  const shown = (side: Side, cell: Cell): number => show(forms.fromCell(side, name, cell));
  return {
    name,
    column: { fo: name, dataverse: name },
    direction: 'both',
    drift: 'repair',
    conflict: null,
    deferrable: isReference,
    convert: (to, cell) => (isReference ? referred(to, cell) : { kind: 'value', value: cell }),
    same: (side, left, right) =>
      scenario.hasServerForms ? left === right : shown(side, left) === shown(side, right),
    ...(admits && {
      admits: (side: Side, sent: Cell, seen: Cell) => shown(side, sent) === shown(side, seen),
    }),
  };

  function referred(to: Side, cell: Cell): Converted {
    const value = forms.fromCell(to === 'fo' ? 'dataverse' : 'fo', name, cell);
    if (value === 0 || isKnown(value)) return { kind: 'value', value: forms.toCell(to, name, value) };
    const column = to === 'fo' ? 'groupid' : 'code';
    return {
      kind: 'wait',
      wanted: { side: 'dataverse', table: 'group', column, value: String(cell), company: null },
    };
  }
}

function ownIds(side: Side, traits: Readonly<Record<Side, EndpointTraits>>): boolean {
  return traits[side].showsIds && !traits[side].picksIds;
}
