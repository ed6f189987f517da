import { otherSide, type DocumentWrite } from '@dualwrite/events';
import type { Outcome } from '../examine/outcome';
import type { DocumentEnd, StoredDocument } from './document-store';

/** Together with what Kafka adds, below what a message may have. */
const DOCUMENT_BYTES_MAX = 900_000;

/** One part cannot be planned: nothing of the document is stored, and nothing leaves. */
export class DocumentRefused extends Error {
  constructor(
    /** Index of the part that cannot be planned; null: the whole. */
    private readonly part: number | null,
    private readonly code: string,
    private readonly text: string,
  ) {
    super(text);
  }

  get end(): DocumentEnd {
    const { part, code, text } = this;
    return { outcome: 'rejected', by: 'dualwrite', part, code, text };
  }
}

/** @throws {DocumentRefused} a part was refused by the planner */
export function refusedByPlan({ calls }: Pick<Outcome, 'calls'>, ids: readonly string[]): void {
  const refused = calls.find(({ id, outcome }) => ids.includes(id) && outcome !== 'applied');
  if (refused)
    throw new DocumentRefused(ids.indexOf(refused.id), refused.code ?? refused.outcome, refused.text ?? '');
}

/**
 * All writes of the document in the order of its parts; null: the other side holds all of it already.
 *
 * @param ids of the parts' calls
 * @throws {DocumentRefused}
 */
export function documentOf(
  { id, side }: Pick<StoredDocument, 'id' | 'side'>,
  ids: readonly string[],
  outcomes: readonly Pick<Outcome, 'calls' | 'ofDocuments'>[],
): DocumentWrite | null {
  const writes = new Map(
    outcomes.flatMap(({ ofDocuments }) => ofDocuments.map(({ call, write }) => [call, write])),
  );
  const ended = new Set(outcomes.flatMap(({ calls }) => calls.map((call) => call.id)));
  const parts: DocumentWrite['parts'][number][] = [];
  const rows = new Set<string>();
  for (const [part, call] of ids.entries()) {
    const write = writes.get(call);
    if (write === undefined) {
      if (ended.has(call)) continue;
      throw new DocumentRefused(part, 'busy', 'the row is just being worked on; try again in a moment');
    }
    const { nativeId, table } = write;
    if (nativeId === null) {
      const text = `${write.side} names new rows of ${table} itself: they take no part in documents`;
      throw new DocumentRefused(part, 'row-named-by-side', text);
    }
    if (rows.has(`${table}/${nativeId}`))
      throw new DocumentRefused(part, 'row-twice', 'another part of the document is for the same row');
    rows.add(`${table}/${nativeId}`);
    parts.push({ ...write, nativeId });
  }
  if (parts.length === 0) return null;
  const document = { id, side: otherSide(side), parts };
  const bytes = Buffer.byteLength(JSON.stringify(document));
  if (bytes <= DOCUMENT_BYTES_MAX) return document;
  throw new DocumentRefused(
    null,
    'too-large',
    `the document has ${bytes} bytes, at most ${DOCUMENT_BYTES_MAX} go together`,
  );
}
