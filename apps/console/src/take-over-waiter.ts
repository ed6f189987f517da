import type { StatusBook } from './status-book';

const LOOK_AGAIN_MS = 100;

/** Waits until every live mapper plans by this record of the map, or the deadline has come. @returns who does not yet */
export async function awaitTakeOver(
  book: StatusBook,
  { name, changedAt }: { readonly name: string; readonly changedAt: string },
  deadlineMs: number,
): Promise<readonly string[]> {
  const endsAtMs = Date.now() + deadlineMs;
  for (;;) {
    const missing = missingMappers(book, name, changedAt);
    if (missing.length === 0 || Date.now() > endsAtMs) return missing;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

function missingMappers(book: StatusBook, map: string, changedAt: string): readonly string[] {
  const alive = book.alive('mapper', Date.now());
  if (alive.length === 0) return ['mapper (no replica is up)'];
  const taken = new Set(
    book
      .statuses(map, 'mapper')
      .filter((status) => (status.changedAt ?? '') >= changedAt)
      .map(({ instance }) => instance),
  );
  return alive.filter(({ instance }) => !taken.has(instance)).map(({ instance }) => `mapper ${instance}`);
}
