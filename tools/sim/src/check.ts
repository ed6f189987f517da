import type { World } from './world';

export const INVARIANTS = [
  'agreement',
  'lost-update',
  'silent-loss',
  'invention',
  'resurrection',
  'unjust-delete',
  'twin',
  'bounded-writes',
  'quiescence',
  'paused-write',
  'books',
  'replay',
  'determinism',
] as const;
export type Invariant = (typeof INVARIANTS)[number];

/** One thing that must hold and does not, in words. */
export interface Finding {
  readonly invariant: Invariant;
  readonly text: string;
}

/** What must hold once everything has come to rest. */
export function check(world: World): Finding[] {
  const found = [...differences(world), ...losses(world), ...conduct(world)];
  const { bar } = world.scenario;
  return found.filter(({ invariant }) => !bar || bar.includes(invariant));
}

/** What the two rows show, where nothing is parked. */
function differences(world: World): Finding[] {
  const found: Finding[] = [];
  if (world.parkReason() !== null) return found;
  const { history, fields, endpoint } = world;
  const { show } = history;
  const fo = endpoint.fo.row;
  const dataverse = endpoint.dataverse.row;
  if ((fo === null) !== (dataverse === null)) {
    const [there, missing] = fo ? ['F&O', 'Dataverse'] : ['Dataverse', 'F&O'];
    found.push({ invariant: 'agreement', text: `there is a row in ${there} and none in ${missing}` });
  }
  for (const field of fields) {
    if (!fo || !dataverse) break;
    const [left, right] = [fo.values[field] ?? 0, dataverse.values[field] ?? 0];
    if (show(left) === show(right)) continue;
    found.push({ invariant: 'agreement', text: `${field} is ${left} in F&O and ${right} in Dataverse` });
  }
  for (const row of [fo, dataverse]) {
    for (const field of row ? fields : []) {
      const value = row?.values[field] ?? 0;
      if (isLastWord(history, value, field) || history.outlived.has(value)) continue;
      if (history.replaced.has(value))
        found.push({
          invariant: 'lost-update',
          text: `${field} shows ${value}, which somebody had replaced`,
        });
      // What the row is, its own fields say; another map may have taken a value of its own from a row that is gone.
      const life = world.owned.includes(field) ? history.edits.get(value)?.life : undefined;
      if (life !== undefined && history.killed.has(life))
        found.push({
          invariant: 'resurrection',
          text: `${field} shows ${value} of a row that a person had deleted`,
        });
    }
  }
  return found;
}

/** Somebody's last word on that field says the same. */
function isLastWord(history: World['history'], value: number, field: string): boolean {
  return [...history.edits].some(
    ([id, edit]) =>
      edit.field === field &&
      !history.replaced.has(id) &&
      !history.killed.has(edit.life) &&
      history.show(id) === history.show(value),
  );
}

/** Values that nobody wrote, and values that are nowhere. */
function losses(world: World): Finding[] {
  const { history, fields, endpoint } = world;
  const found: Finding[] = [];
  const rows = [endpoint.fo.row, endpoint.dataverse.row].filter((row) => row !== null);
  // A field that the map did not have when the row was made; a reference that has not travelled yet.
  const { versions, references, secondMap } = world.scenario;
  const mayBeEmpty =
    versions === true || secondMap === true || (references === true && world.parkReason() !== null);
  for (const row of rows) {
    for (const field of fields) {
      const value = row.values[field] ?? 0;
      if (history.edits.get(value)?.field === field || (value === 0 && mayBeEmpty)) continue;
      found.push({ invariant: 'invention', text: `${field} shows ${value}, which nobody wrote there` });
    }
  }
  // A value that nobody replaced is on show, or its end is in the journal.
  for (const [id, { field }] of history.edits) {
    if (history.replaced.has(id) || history.seenDeleted.has(id) || history.journaled.has(id)) continue;
    if (rows.some((row) => history.show(row.values[field] ?? 0) === history.show(id))) continue;
    found.push({
      invariant: 'silent-loss',
      text: `${id}, written in ${field}, is neither shown nor journaled`,
    });
  }
  return found;
}

/** How the hub behaved on the way. */
function conduct(world: World): Finding[] {
  const found: Finding[] = [];
  const { count, history, endpoint, mappers } = world;
  const bad = (invariant: Invariant, isBad: boolean, text: string): void => {
    if (isBad) found.push({ invariant, text });
  };
  const twins = endpoint.fo.twins + endpoint.dataverse.twins;
  bad('unjust-delete', history.unjustDeletes > 0, 'a row was deleted that no person had deleted anywhere');
  bad('twin', twins > 0, 'a second row was created for one that was there');
  bad('bounded-writes', count.writes > 2 * count.edits, `${count.writes} writes for ${count.edits} edits`);
  bad('quiescence', !world.isQuiet, 'it does not come to rest');
  bad('paused-write', count.pausedWrites > 0, 'something was written after the pause was confirmed');
  bad(
    'books',
    mappers.some(({ pairs }) => pairs.some(({ state }) => state.verdict === null)),
    'a pair is in no class of the books',
  );
  bad(
    'replay',
    world.isQuiet && !world.replayChangesNothing(),
    'examining everything once more changes something',
  );
  return found;
}
