import type { Refusal } from '../core/document';
import type { SideRow } from '../core/register-entry';
import type { DocumentAnswer, PartToSend } from '../side-port';

type Refused = Exclude<
  DocumentAnswer,
  { readonly kind: 'done' | 'lost' | 'throttled' | 'unavailable' | 'refused-caller' }
>;

/**
 * What to tell of a refused document. F&O does not say which part it was, only, with luck, its words do: where a row does
 * not stand as its part expects, that is the one.
 *
 * @param rows as they show themselves behind the refusal
 */
export function refusalOf(
  parts: readonly PartToSend[],
  rows: readonly (SideRow | null)[],
  answer: Refused,
): Refusal {
  const unexpected = parts.findIndex(({ write }, index) => {
    const row = rows[index] ?? null;
    return write.kind === 'create' ? row !== null : row?.version !== write.expects;
  });
  switch (answer.kind) {
    case 'precondition-failed':
    case 'not-found': {
      const part = answer.part ?? (unexpected < 0 ? null : unexpected);
      const id = part === null ? undefined : parts[part]?.write.nativeId;
      const text = `somebody else has changed ${id ?? 'a row of the document'} meanwhile; that change is on its way`;
      return { code: 'conflict', text, part };
    }
    case 'duplicate':
    case 'rejected': {
      const { code, text } = answer;
      const only = parts.length === 1 ? 0 : null;
      const isOfKey = answer.kind === 'duplicate' && unexpected >= 0;
      return { code, text, part: answer.part ?? (isOfKey ? unexpected : only) };
    }
  }
}
