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

/** What must hold once everything has come to rest. */
export function check(world: World): Invariant[] {
  const bad = new Set<Invariant>();
  const { history, fields } = world;
  const { show } = history;
  const fo = world.endpoint.fo.row;
  const dataverse = world.endpoint.dataverse.row;
  const rows = [fo, dataverse].filter((row) => row !== null);
  /** Somebody's last word on that field says the same. */
  const isLastWord = (value: number, field: string): boolean =>
    [...history.edits].some(
      ([id, edit]) =>
        edit.field === field &&
        !history.replaced.has(id) &&
        !history.killed.has(edit.life) &&
        show(id) === show(value),
    );
  if (world.parkReason() === null) {
    const isSame =
      (fo === null) === (dataverse === null) &&
      fields.every((field) => show(fo?.values[field] ?? 0) === show(dataverse?.values[field] ?? 0));
    if (!isSame) bad.add('agreement');
    for (const row of rows) {
      for (const field of fields) {
        const value = row.values[field] ?? 0;
        if (history.replaced.has(value) && !isLastWord(value, field)) bad.add('lost-update');
        const life = history.edits.get(value)?.life;
        if (life !== undefined && history.killed.has(life) && !isLastWord(value, field))
          bad.add('resurrection');
      }
    }
  }
  for (const row of rows) {
    if (fields.some((field) => history.edits.get(row.values[field] ?? 0)?.field !== field))
      bad.add('invention');
  }
  // A value that nobody replaced is on show, or its end is in the journal.
  for (const [id, { field }] of history.edits) {
    if (history.replaced.has(id) || history.seenDeleted.has(id) || history.journaled.has(id)) continue;
    if (!rows.some((row) => show(row.values[field] ?? 0) === show(id))) bad.add('silent-loss');
  }
  if (history.unjustDeletes > 0) bad.add('unjust-delete');
  if (world.endpoint.fo.twins + world.endpoint.dataverse.twins > 0) bad.add('twin');
  if (world.count.writes > 2 * world.count.edits) bad.add('bounded-writes');
  if (!world.isQuiet) bad.add('quiescence');
  if (world.count.pausedWrites > 0) bad.add('paused-write');
  if (world.mapper.pairs.some(({ state }) => state.verdict === null)) bad.add('books');
  if (world.isQuiet && !world.replayChangesNothing()) bad.add('replay');
  const bar = world.scenario.bar;
  return [...bad].filter((invariant) => !bar || bar.includes(invariant));
}
