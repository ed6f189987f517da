import type { Cell, Cells, ObservedRow, Revision, Side, WriteKind } from '@dualwrite/events';
import type { Wanted } from './references';

/** What was last seen of one side of a pair. */
export interface Seen {
  readonly nativeId: string | null;
  readonly revision: Revision | null;
  readonly presence: 'unread' | 'present' | 'absent';
  readonly row: ObservedRow | null;
}

/** Ids on both sides that are one thing; with one id ended, all of it is (rule 13). */
export interface Life {
  readonly ids: Readonly<Record<Side, readonly string[]>>;
  readonly ended: boolean;
}

/** Per field the values of both sides at the last agreement (rule 15). */
export type Base = Readonly<Record<string, Readonly<Record<Side, Cell>>>>;

/** A write that was decided on and has no answer yet. */
export interface Intent {
  readonly number: number;
  readonly kind: WriteKind;
  readonly target: Side;
  readonly nativeId: string | null;
  readonly rowId: string | null;
  readonly expects: string | null;
  /** Target columns and values. */
  readonly patch: Readonly<Record<string, Cell>>;
  /** Per field name: source's value it was planned from, the value written, and the target's value before. */
  readonly fields: Readonly<Record<string, { readonly from: Cell; readonly to: Cell; readonly was: Cell }>>;
  readonly source: string | null;
  /** Column of the patch that holds `source`, where the side names the new row itself. */
  readonly reference?: string;
  readonly registerEpoch: number;
  /** Version of the source row that this was planned from: a refusal holds for that version only. */
  readonly sourceVersion: string | null;
  /** An attempt is marked in the register: it may or may not have had effect. */
  readonly started: boolean;
  /** Planned before the mapper's database was set back: what became of it is not known (rule 24). */
  readonly unsure?: boolean;
  /** Id of the call that it carries out: somebody waits for its answer. */
  readonly call?: string;
}

export interface Park {
  readonly reason: ParkReason;
  readonly code: string | null;
  readonly text: string | null;
  /** Of the map, where it hangs on one. */
  readonly field?: string;
  /** The write that it came from; null: nothing was sent. */
  readonly write: WriteKind | null;
  /** It lapses when a row appears on this side, too. */
  readonly absentSide: Side | null;
  /** The park lapses when these rows have ended, or one of them has changed (for refused data). */
  readonly rows: readonly { readonly side: Side; readonly rowId: string; readonly version: string | null }[];
}

export type ParkReason =
  | 'rejected'
  | 'refused-value'
  | 'conflict'
  | 'first-meeting'
  | 'delete-versus-edit'
  | 'write-in-doubt'
  | 'create-in-doubt'
  | 'delete-in-doubt'
  | 'meeting-in-doubt'
  | 'history-lost'
  | 'key-taken'
  | 'no-key'
  | 'delete-not-allowed'
  | 'delete-not-followed'
  | 'delete-held';

/** Class of a pair in the books; every examination ends in exactly one. */
export type Verdict =
  'written-fo' | 'written-dataverse' | 'unchanged' | 'filtered' | 'parked' | 'waiting' | 'held';

/** Whose value of a field counts, or which one does instead of both; as a person said. */
export type Choice =
  | { readonly take: Side }
  /** In the form of one side; the other gets what becomes of it on the way. */
  | { readonly side: Side; readonly value: Cell };

/** A choice holds for the two values that it was made for: an edit since then is news to the person. */
export type Chosen = Readonly<
  Record<string, { readonly choice: Choice; readonly seen: Readonly<Record<Side, Cell>> }>
>;

/** An edit of one side that is carried out on the other side first, while somebody waits; one of a pair at a time. */
export interface PendingCall {
  readonly id: string;
  /** A row that is about to be made, or deleted; absent: an edit. */
  readonly kind?: 'create' | 'delete' | undefined;
  /** Side whose edit it is. */
  readonly from: Side;
  /** Columns of that side and the values that they are to have; of a new row all that the map reads, of a deleted one none. */
  readonly cells: Cells;
  /**
   * The caller is about to save the edit itself: until then it is expected to come into view. Null: it will not, so
   * what the target then holds travels back like any edit. Milliseconds since 1970, of the mapper's clock.
   */
  readonly savedUntilMs: number | null;
  /** Nobody waits any more: what has had no effect yet is not planned again. */
  readonly isGivenUp?: true;
  /** Id of the document that it is a part of: its write leaves with those of the other parts, never by itself. */
  readonly document?: string;
  /**
   * Native id of the caller's row, where he knows it: a key may have gone to another row by now. Of a row that is about to
   * be made, how its side will name it.
   */
  readonly nativeId?: string;
  /** Columns of his side as he saw them when he made the edit. Left out: he saw what is known of them. */
  readonly saw?: Cells;
  /** By field, what the edit replaces on its own side. */
  readonly before?: Readonly<Record<string, Cell>>;
  /** By field, what was known of its own side then, where that was older than what the caller saw. */
  readonly behind?: Readonly<Record<string, Cell>>;
}

/** Per field, an edit that the other side has taken already, and that its own side has not shown yet. */
export type Announced = Readonly<Record<string, AnnouncedField>>;

/** With the values that will be agreed once the edit shows. */
export type AnnouncedField = Readonly<Record<Side, Cell>> & {
  /** Side whose edit it is. */
  readonly from: Side;
  /** What that side shows until then. */
  readonly before: Cell;
  /** News of `before` has not come yet: till then all that its side shows is older, as this value was. */
  readonly behind?: { readonly shown: Cell } | undefined;
  /** What the other side showed before it took the edit. */
  readonly was: Cell;
  /** So long it is waited for. */
  readonly untilMs: number;
  /** The wait was over once, and the row was asked for. */
  readonly isLookedFor?: true;
};

/** A row that somebody else is about to delete, after the other side has deleted its partner for him. */
export interface Leaving {
  readonly from: Side;
  readonly rowId: string;
  /** With another one it was edited, and not deleted. */
  readonly version: string;
  /** So long it is waited for. */
  readonly untilMs: number;
  /** The wait was over once, and the row was asked for. */
  readonly isLookedFor?: true;
  /** It is there still: a person has to say what is meant. */
  readonly isOver?: true;
}

/** All that is known of a pair; plain JSON, stored as one document. */
export interface PairState {
  readonly pairId: string;
  /** Of the mapper's database; a restored one gets a higher number (rule 24). */
  readonly epoch: number;
  readonly nextIntent: number;
  /** Business key with its company; null until it can be told. */
  readonly key: string | null;
  readonly seen: Readonly<Record<Side, Seen>>;
  /** Other native ids that this pair has had or heard of, and the revision that was taken in last of each. */
  readonly heard: Readonly<Record<Side, Readonly<Record<string, Revision>>>>;
  readonly base: Base;
  /** Incarnations that the base holds for. */
  readonly couple: Readonly<Record<Side, string | null>>;
  readonly intents: readonly Intent[];
  readonly lives: readonly Life[];
  /** Rows that were one thing and are so no longer, though registers go on telling it (`origins`): never joined again. */
  readonly cuts: readonly Readonly<Record<Side, string>>[];
  /** Row that is left alone since its partner has ended (delete policy): nothing is made for it on the other side. */
  readonly unlinked: Readonly<Record<Side, string | null>>;
  /** Row that stood out of scope, or whose partner did, when the partner ended: it counts as edited since. */
  readonly strayed: Readonly<Record<Side, string | null>>;
  /** Two rows of which one is perhaps a copy that we made of the other: if one ends, nobody knows what that means. */
  readonly maybe: Readonly<Record<Side, string>> | null;
  readonly parks: readonly Park[];
  readonly wants: readonly Wanted[];
  readonly verdict: Verdict | null;
  /** Map version that planned this pair last. */
  readonly mapVersion: number;
  /** The mapper's database was set back, and the sides have not agreed since (rule 24). */
  readonly restored: boolean;
  /** Results of writes were seen that this pair knows nothing of: its history is lost (rule 24). */
  readonly forgotten: boolean;
  /** Set aside with changes that came while the map was paused; later ones wait, too, until a person releases it. */
  readonly held?: true | undefined;
  /** Its rows were there before a start that skipped the initial sync, and have not met: they are not written for that. */
  readonly past?: true | undefined;
  /** Per field, until the sides agree on it. */
  readonly chosen?: Chosen | undefined;
  /** What its references mean is to be looked at in the next examination: a key changed, or may have, under a write. */
  readonly looksAgain?: true | undefined;
  readonly call?: PendingCall | undefined;
  readonly announced?: Announced | undefined;
  readonly leaving?: Leaving | undefined;
}
