import { missingConfirmations } from './confirmation';
import type { StatusBook } from './status-book';

export const CONFIRMATION_DEADLINE_MS = 10_000;
/** A replica that dies drops out without a record of its own. */
const LOOK_AGAIN_MS = 250;

export interface AwaitedRun {
  readonly map: string;
  readonly runEpoch: number;
}

/**
 * Waits until every live replica has taken these runs over, or the deadline has come.
 *
 * @returns by map, who has not confirmed; all empty when it is done
 */
export async function awaitConfirmations(
  book: StatusBook,
  runs: readonly AwaitedRun[],
  deadlineMs: number,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const look = (): Map<string, readonly string[]> =>
    new Map(runs.map((run) => [run.map, missingConfirmations(book, run, Date.now())]));
  const isDone = (missing: ReadonlyMap<string, readonly string[]>): boolean =>
    [...missing.values()].every((replicas) => replicas.length === 0);
  const first = look();
  if (isDone(first)) return first;
  return new Promise((resolve) => {
    const check = (): void => {
      const missing = look();
      if (!isDone(missing)) return;
      end();
      resolve(missing);
    };
    const ignoreMore = book.onChange(check);
    const timer = setInterval(check, LOOK_AGAIN_MS);
    const deadline = setTimeout(() => {
      end();
      resolve(look());
    }, deadlineMs);
    const end = (): void => {
      ignoreMore();
      clearInterval(timer);
      clearTimeout(deadline);
    };
  });
}
