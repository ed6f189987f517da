import type { StatusBook } from './status-book';

/** The services whose every replica must have taken a run over before an act is confirmed. */
export const CONFIRMING_SERVICES = ['mapper', 'fo-connector', 'dataverse-connector'] as const;

/** Who has not confirmed this run of the map yet, in words; empty: it is confirmed. */
export function missingConfirmations(
  book: StatusBook,
  run: { readonly map: string; readonly runEpoch: number },
  nowMs: number,
): readonly string[] {
  return CONFIRMING_SERVICES.flatMap((service) => {
    const alive = book.alive(service, nowMs);
    // A service without a replica cannot confirm: it may have died with a write under way.
    if (alive.length === 0) return [`${service} (no replica is up)`];
    const confirmed = new Set(
      book
        .statuses(run.map, service)
        .filter((status) => status.confirmedRunEpoch >= run.runEpoch)
        .map((status) => status.instance),
    );
    return alive
      .filter(({ instance }) => !confirmed.has(instance))
      .map(({ instance }) => `${service} ${instance}`);
  });
}
