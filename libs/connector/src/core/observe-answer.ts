import { isProvisional, type ObservedRow, type Write, type WriteResult } from '@dualwrite/events';
import type { RegisterEntry, SideRow } from './register-entry';

/** What an answer of the side tells about one row. */
export interface Answer {
  /** The sequence's value, noted before the request was sent; int64 as a decimal string. */
  readonly sentAt: string;
  /** The row; null: there is none; undefined: says nothing about the row itself. */
  readonly row: SideRow | null | undefined;
  /** Columns that the row was read with. Answers of an outdated column set are for the caller to drop. */
  readonly columnSet: string;
  /** A change feed says that this native id was deleted. Only of sides whose native id is the row's id. */
  readonly deleted?: boolean;
  /**
   * An event says that a row under this key was deleted, and not which one. If it is none that the register has seen, it
   * may be the one that a create of ours in doubt has made (rule 19): an end that nobody can explain.
   */
  readonly deletedUnnamed?: boolean;
  /** The end of a write. */
  readonly result?: AnsweredWrite;
}

export interface AnsweredWrite {
  readonly write: Pick<Write, 'id' | 'pairId' | 'intent' | 'kind' | 'rowId' | 'source'>;
  readonly attempt: 'first' | 'again' | null;
  readonly result: WriteResult;
  /** Id of the row that a create made, where the side shows ids. */
  readonly madeId?: string | null;
}

export interface RegisterFacts {
  readonly epoch: number;
  /** Drawn from the sequence when the entry was read; int64 as a decimal string. It is used up by `stored` only. */
  readonly nextN: string;
  /** The side shows row ids (Dataverse); where not, the register makes them (rule 6). */
  readonly hasIds: boolean;
}

export type Observed =
  /** No news, whatever its age: nothing to store, nothing to publish. */
  | { readonly kind: 'known' }
  /** Of unknown order: read the row again with a new position, and observe that answer together with the result. */
  | { readonly kind: 'read-again' }
  /** Store the entry and put its observation into the outbox, in one transaction. */
  | { readonly kind: 'stored'; readonly entry: RegisterEntry };

/** Puts one answer into the order of the row (rules 2 to 6, 10). It is stored only if the entry is still this one. */
export function observeAnswer(entry: RegisterEntry, answer: Answer, register: RegisterFacts): Observed {
  // Rule 3: an ended id never comes back, so its end needs no order.
  const answered = answer.deleted ? null : answer.row;
  const differs = answered !== undefined && isNews(entry, answered);
  // Rule 2: sent before the entry last moved, and tells something else: nobody knows which of the two is newer.
  if (differs && !answer.deleted && BigInt(entry.revision.n) > BigInt(answer.sentAt))
    return { kind: 'read-again' };

  const freshId = `${entry.nativeId}#${register.epoch}.${register.nextN}`;
  const widened = !!answered && !differs && entry.columnSet !== answer.columnSet;
  let row: ObservedRow | null | undefined =
    !answered || differs || widened ? identified(answered, entry, register, freshId) : entry.row;
  // Rule 6: there again after our own delete: another incarnation, also where the side shows no ids. Not if the register
  // has met that other incarnation before it heard of the delete.
  const result = answer.result;
  const isDeleted = result?.write.kind === 'delete' && result.result.outcome === 'applied';
  const endedByUs = isDeleted && entry.row?.id === result.write.rowId;
  if (!register.hasIds && endedByUs && row) row = { ...row, id: freshId };

  const over: string[] = [];
  if (answer.deleted) over.push(entry.row?.id ?? entry.nativeId);
  if (row !== undefined && entry.row && entry.row.id !== row?.id) over.push(entry.row.id);
  let settled = entry;
  if (result) {
    const made = madeId(entry, result, row, register, freshId);
    settled = settle(entry, result, made);
    if (made !== null && made !== row?.id) over.push(made);
  }
  if (answer.deletedUnnamed && (entry.row === null || !differs) && isCreateOpen(entry))
    over.push(`${freshId}?`);
  const gone = grown(entry.gone, over);
  const news = differs || widened || result !== undefined || gone !== entry.gone;
  if (!news) return { kind: 'known' };
  return {
    kind: 'stored',
    entry: {
      ...settled,
      revision: { epoch: register.epoch, n: register.nextN },
      gone,
      ...(row === undefined
        ? {}
        : { row, presence: row ? 'present' : 'absent', columnSet: row ? answer.columnSet : entry.columnSet }),
    },
  };
}

function isNews(entry: RegisterEntry, row: SideRow | null): boolean {
  if (entry.presence === 'unread') return true;
  return row === null ? entry.row !== null : row.version !== entry.row?.version;
}

/** A create was begun and has no answer. */
function isCreateOpen({ attempts, results }: RegisterEntry): boolean {
  return Object.entries(attempts).some(
    ([id, { kind }]) => kind === 'create' && results[id]?.outcome === 'started',
  );
}

function identified(
  row: SideRow | null | undefined,
  entry: RegisterEntry,
  register: RegisterFacts,
  freshId: string,
): ObservedRow | null | undefined {
  if (!row) return row;
  const id = register.hasIds ? (row.id ?? entry.nativeId) : (entry.row?.id ?? freshId);
  return { id, version: row.version, cells: row.cells };
}

/** The row that an applied create made; null for everything else. */
function madeId(
  entry: RegisterEntry,
  { write, result, madeId: made }: AnsweredWrite,
  row: ObservedRow | null | undefined,
  register: RegisterFacts,
  freshId: string,
): string | null {
  if (write.kind !== 'create' || result.outcome !== 'applied') return null;
  // The row stands in an entry of its own, under the name that the side gave it.
  if (isProvisional(entry.nativeId)) return null;
  if (register.hasIds) return made ?? write.rowId ?? entry.nativeId;
  return row?.id ?? entry.row?.id ?? freshId;
}

/** Rules 5, 7, 11: the result is kept, the write and all before it are closed, a new row is tied to its source. */
function settle(
  entry: RegisterEntry,
  { write, attempt, result }: AnsweredWrite,
  made: string | null,
): RegisterEntry {
  const attempts = { ...entry.attempts };
  // The answer of the only attempt: nothing of it is on its way any more. After a second one the first may still float.
  if (attempt === 'first') delete attempts[write.id];
  return {
    ...entry,
    attempts,
    origins:
      made !== null && write.source !== null ? { ...entry.origins, [made]: write.source } : entry.origins,
    results: { ...entry.results, [write.id]: result },
    last: { ...entry.last, [write.pairId]: Math.max(entry.last[write.pairId] ?? 0, write.intent) },
  };
}

/** Rule 5: only grows; the same array when nothing is added. */
function grown(gone: readonly string[], over: readonly string[]): readonly string[] {
  const added = over.filter((id, index) => !gone.includes(id) && over.indexOf(id) === index);
  return added.length === 0 ? gone : [...gone, ...added];
}
