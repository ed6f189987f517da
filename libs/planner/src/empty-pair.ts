import type { PairState, Seen } from './pair';

/** One object for all: told apart from another value without a look into it. */
const NEITHER: PairState['unlinked'] = { fo: null, dataverse: null };
const UNREAD: Seen = { nativeId: null, revision: null, presence: 'unread', row: null };

/**
 * A pair of which nothing was seen yet. `epoch` is that of the mapper's database; `restored`: met while a database that
 * was set back takes in what its topics hold, so there may have been a history (rule 24).
 */
export function emptyPair(of: {
  pairId: string;
  key: string | null;
  epoch: number;
  mapVersion: number;
  restored?: boolean;
}): PairState {
  return {
    pairId: of.pairId,
    epoch: of.epoch,
    nextIntent: 1,
    key: of.key,
    seen: { fo: UNREAD, dataverse: UNREAD },
    heard: { fo: {}, dataverse: {} },
    base: {},
    couple: { fo: null, dataverse: null },
    intents: [],
    lives: [],
    cuts: [],
    unlinked: NEITHER,
    strayed: NEITHER,
    maybe: null,
    parks: [],
    wants: [],
    verdict: null,
    mapVersion: of.mapVersion,
    restored: of.restored ?? false,
    // What became of it meanwhile is not known: the end of its partner may have been told to a pair that is no more.
    forgotten: of.restored ?? false,
  };
}

/** The mapper's database was set back: what was agreed since is not known (rule 24). */
export function restoredPair(pair: PairState, epoch: number): PairState {
  return {
    ...pair,
    epoch,
    restored: true,
    intents: pair.intents.map((intent) => ({ ...intent, started: false, unsure: true })),
  };
}
