import type { FieldRule, MapRules } from '@dualwrite/planner';
import type { Scenario } from './scenarios';
import type { EndpointTraits } from './endpoint';
import type { Side } from '@dualwrite/events';

export const KEY = 'usmf/1';
export const FO_NATIVE_ID = 'usmf|1';

/** The one map of a run: the same values on both sides, a row in and out of scope by its own column. */
export function simMap(
  scenario: Scenario,
  parts: {
    fields: readonly string[];
    show: (value: number) => number;
    traits: Readonly<Record<Side, EndpointTraits>>;
  },
): MapRules {
  const policy = scenario.winner === 'dataverse' ? 'dataverse-wins' : 'fo-wins';
  const { traits } = parts;
  const fields = parts.fields.map((name): FieldRule => ({
    name,
    column: { fo: name, dataverse: name },
    direction: 'both',
    drift: 'repair',
    conflict: null,
    deferrable: false,
    convert: (_to, value) => ({ kind: 'value', value }),
    same: (_side, left, right) => parts.show(Number(left)) === parts.show(Number(right)),
  }));
  return {
    name: 'sim',
    version: 1,
    table: { fo: 'Rows', dataverse: 'row' },
    fields,
    conflict: policy,
    firstMeeting: policy,
    deleteVersusEdit: scenario.deleteVersusEdit ?? 'delete',
    creates: { fo: true, dataverse: true },
    deletes: { fo: 'delete', dataverse: 'delete' },
    ownIds: { fo: traits.fo.showsIds && !traits.fo.picksIds, dataverse: !traits.dataverse.picksIds },
    hasIds: { fo: traits.fo.showsIds, dataverse: traits.dataverse.showsIds },
    tellsDeletes: { fo: false, dataverse: true },
    keyOf: () => ({ kind: 'key', key: KEY }),
    inScope: (_side, cells) => cells['isInScope'] !== false,
    newRowId: (side, sourceRowId) => (ownIds(side, traits) ? `${side}:${sourceRowId}` : null),
    newNativeId: (side, rowId) => (side === 'fo' ? FO_NATIVE_ID : rowId),
  };
}

function ownIds(side: Side, traits: Readonly<Record<Side, EndpointTraits>>): boolean {
  return traits[side].showsIds && !traits[side].picksIds;
}
