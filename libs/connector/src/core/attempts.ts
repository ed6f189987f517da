import { writeId, type Write } from '@dualwrite/events';
import type { Attempt, RegisterEntry } from './register-entry';

export interface MarkedAttempt {
  /** `again`: an earlier attempt of this write may have had effect. */
  readonly attempt: 'first' | 'again';
  /** To be stored before anything is sent. Not published by itself: the mark is in every later observation. */
  readonly entry: RegisterEntry;
}

/** Rule 7: writes of a row begin in the order of their numbers; one that comes after a later one has begun is void. */
export function isOvertaken(entry: RegisterEntry, write: Pick<Write, 'id' | 'pairId' | 'intent'>): boolean {
  return write.intent <= (entry.last[write.pairId] ?? 0) && entry.results[write.id] === undefined;
}

/** Rule 7: after any crash it is known whether the write may have reached the side. */
export function markAttempt(
  entry: RegisterEntry,
  write: Write,
  times: { nowMs: number; deadlineMs: number },
): MarkedAttempt {
  const again = entry.results[write.id] !== undefined;
  const lastBefore = entry.last[write.pairId] ?? null;
  const earlier = entry.attempts[write.id];
  const attempt: Attempt = {
    kind: write.kind,
    deadlineMs: Math.max(times.deadlineMs, earlier?.deadlineMs ?? 0),
    lastBefore: earlier ? earlier.lastBefore : lastBefore,
  };
  const attempts: Record<string, Attempt> = { [write.id]: attempt };
  for (const [id, other] of Object.entries(entry.attempts)) {
    if (id !== write.id && other.deadlineMs > times.nowMs) attempts[id] = other;
  }
  if (again) return { attempt: 'again', entry: { ...entry, attempts } };
  return {
    attempt: 'first',
    entry: {
      ...entry,
      attempts,
      results: { ...openResults(entry, write), [write.id]: { outcome: 'started' } },
      last: { ...entry.last, [write.pairId]: Math.max(lastBefore ?? 0, write.intent) },
      // Rule 5: an id of our choice is tied to its source before the row can exist.
      origins:
        write.kind === 'create' && write.rowId !== null && write.source !== null
          ? { ...entry.origins, [write.rowId]: write.source }
          : entry.origins,
    },
  };
}

/**
 * The first attempt surely had no effect (throttled, connection refused): as if it had never been made.
 * The write may then be sent as a first attempt again. A second attempt cannot be taken back: of the first nothing is known.
 */
export function withdrawAttempt(entry: RegisterEntry, write: Write): RegisterEntry {
  const attempt = entry.attempts[write.id];
  if (attempt === undefined) return entry;
  const { [write.id]: _attempt, ...attempts } = entry.attempts;
  const { [write.id]: _result, ...results } = entry.results;
  const { [write.pairId]: _last, ...last } = entry.last;
  return {
    ...entry,
    attempts,
    results,
    last: attempt.lastBefore === null ? last : { ...last, [write.pairId]: attempt.lastBefore },
  };
}

/** Until when a request of ours for this row may still take effect; 0: none is on its way. */
export function floatsUntilMs(entry: RegisterEntry, kind?: Attempt['kind']): number {
  let untilMs = 0;
  for (const attempt of Object.values(entry.attempts)) {
    if (kind === undefined || attempt.kind === kind) untilMs = Math.max(untilMs, attempt.deadlineMs);
  }
  return untilMs;
}

/** Rule 11: answers that the pair no longer waits for are dropped; those of other maps on the row stay. */
function openResults(entry: RegisterEntry, write: Write): RegisterEntry['results'] {
  const open = new Set(write.open.map((intent) => writeId(write.pairId, intent)));
  const kept = Object.entries(entry.results).filter(
    ([id]) => !id.startsWith(`${write.pairId}:`) || open.has(id),
  );
  return Object.fromEntries(kept);
}
