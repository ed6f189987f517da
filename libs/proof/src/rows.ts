import { SIDES } from '@dualwrite/events';
import type { Breach } from './breach';
import type { Deed, Thing } from './deed';

/** No second row for one that is there: not in the end, and by our hand not even for a moment. */
export function doubledRows(thing: Thing): readonly Breach[] {
  return [...twinsMadeByUs(thing), ...twinsInTheEnd(thing)];
}

function twinsMadeByUs({ map, key, deeds }: Thing): readonly Breach[] {
  const live = new Map<string, Deed>();
  const found: Breach[] = [];
  for (const deed of deeds) {
    const name = `${deed.side} ${deed.rowId}`;
    if (deed.operation === 'delete') live.delete(name);
    if (deed.operation !== 'create') continue;
    const twin = [...live.values()].find((one) => one.side === deed.side && one.by === 'product');
    if (twin !== undefined && deed.by === 'product') {
      found.push({
        kind: 'doubled',
        map,
        key,
        side: deed.side,
        text: `row ${deed.rowId} was made by us in ${deed.side} beside row ${twin.rowId}, which we had made, too`,
      });
    }
    live.set(name, deed);
  }
  return found;
}

function twinsInTheEnd({ map, key, shown, isParked }: Thing): readonly Breach[] {
  if (isParked) return [];
  return SIDES.flatMap((side): Breach[] => {
    const rows = shown.filter((row) => row.side === side);
    if (rows.length < 2) return [];
    return [
      {
        kind: 'doubled',
        map,
        key,
        side,
        text: `${rows.length} rows of this key are in ${side}: ${rows.map(({ rowId }) => rowId).join(', ')}`,
      },
    ];
  });
}

/**
 * Writes that we send are at most the edits made by others, times the sides. One more for each row that a person made or
 * deleted: what the other side fills in by itself comes back, and a refused delete is answered by a second one.
 */
export function needlessWrites({ map, key, deeds }: Thing): readonly Breach[] {
  const ours = deeds.filter(({ by }) => by === 'product').length;
  const theirs = deeds.filter(({ by }) => by === 'person');
  const allowed =
    SIDES.length * theirs.length + theirs.filter(({ operation }) => operation !== 'update').length;
  if (ours <= allowed) return [];
  return [
    {
      kind: 'needless-write',
      map,
      key,
      text: `${ours} writes of ours on ${theirs.length} deeds of people; ${allowed} are allowed`,
    },
  ];
}
