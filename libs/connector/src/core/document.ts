import { DOCUMENT_REFUSED, type Cells, type Write } from '@dualwrite/events';
import { ABANDONED } from './abandon-write';
import type { Step } from './executor';
import type { RegisterEntry, SideRow } from './register-entry';

export interface DocumentPart {
  readonly write: Write;
  readonly entry: RegisterEntry;
  /** As the rules of single writes have it (rules 7, 8, 9, 12). */
  readonly step: Step;
  /** The side compares versions of this table; where not (class B), nobody could tell after a lost answer what happened. */
  readonly isConditional: boolean;
}

/** Why a document is not carried out, in words for whoever asked. */
export interface Refusal {
  readonly code: string;
  readonly text: string;
  /** Index of the part that is the reason; null: all of them alike. */
  readonly part: number | null;
}

export type DocumentStep =
  /** Every part has its answer, or is void: nothing is to be done. */
  | { readonly do: 'nothing' }
  /** Store all of these marked entries together, then send. */
  | { readonly do: 'send'; readonly entries: readonly RegisterEntry[] }
  /** Nothing was begun, and nothing will be: store that with all parts that have no answer. */
  | { readonly do: 'refuse'; readonly refusal: Refusal }
  /** It may have been sent: look at its rows (`settleDocument`). */
  | { readonly do: 'look' };

/**
 * What becomes of a document. The marks of its parts are stored in one transaction, so all of them are there or none: a
 * part that was given up, or cannot be begun, stops them all before anything is sent.
 */
export function documentStep(parts: readonly DocumentPart[]): DocumentStep {
  if (!parts.some(isOpen)) return { do: 'nothing' };
  if (parts.some(isBegun) || parts.some(({ entry, write }) => entry.results[write.id]?.outcome === 'applied'))
    return { do: 'look' };
  const entries: RegisterEntry[] = [];
  for (const [index, { step, entry, write, isConditional }] of parts.entries()) {
    if (step.do === 'send' && step.attempt === 'first' && isConditional) entries.push(step.entry);
    else return { do: 'refuse', refusal: whyNotBegun(index, step, entry, write) };
  }
  return { do: 'send', entries };
}

function isOpen({ entry, write, step }: DocumentPart): boolean {
  const outcome = entry.results[write.id]?.outcome;
  if (outcome !== undefined) return outcome === 'started';
  return !(step.do === 'answer' && step.outcome === null);
}

/** Also a part whose mark may have gone with a restored register (rule 23). */
function isBegun({ entry, write, step }: DocumentPart): boolean {
  return (
    entry.results[write.id]?.outcome === 'started' || (step.do === 'answer' && step.outcome === 'in-doubt')
  );
}

function whyNotBegun(part: number, step: Step, entry: RegisterEntry, write: Write): Refusal {
  const result = entry.results[write.id];
  if (result?.code === ABANDONED)
    return { code: ABANDONED, text: 'it was given up before it was sent', part: null };
  if (result !== undefined)
    return { code: result.code ?? result.outcome, text: result.text ?? 'it was refused before', part };
  switch (step.do) {
    case 'send':
      return {
        code: 'versions-not-honoured',
        text: `${write.side} does not compare versions of ${write.table}: its rows take no part in documents`,
        part,
      };
    case 'wait-until':
      return { code: 'busy', text: 'an earlier create of this row may still arrive', part };
    case 'answer':
      if (step.outcome === 'precondition-failed')
        return { code: 'row-there', text: `the row is there already: ${write.nativeId ?? ''}`, part };
      return step.outcome === 'withheld'
        ? { code: step.code ?? 'map-not-running', text: `map ${write.map} does not run any more`, part }
        : { code: 'overtaken', text: 'a later write of this row was begun before', part };
  }
}

/** What each part's row shows behind the document. */
export interface Seen {
  readonly write: Pick<Write, 'kind' | 'expects' | 'patch'>;
  readonly row: SideRow | null;
  /** As stored before, where a part has its answer. */
  readonly answered: string | undefined;
}

/**
 * What happened to a document whose answer was lost: the side has carried out all of it or nothing. A row that still has
 * its version was not written, and that tells it of all. That it was carried out is told only by all rows together: one of
 * them may show by somebody else's hand what ours was to be. Between the two each pair judges by itself (rules 18 to 22).
 *
 * @param parts as they are seen once no request can have its effect any more
 */
export function settleDocument(parts: readonly Seen[]): 'applied' | 'not-applied' | 'unknown' {
  if (parts.some(({ answered }) => answered === 'applied')) return 'applied';
  if (parts.some(({ answered }) => answered === 'rejected')) return 'not-applied';
  const signs = new Set(parts.map(signOf));
  if (signs.has('untouched')) return 'not-applied';
  return signs.has('silent') ? 'unknown' : 'applied';
}

function signOf({ write, row }: Seen): 'untouched' | 'shown' | 'silent' {
  switch (write.kind) {
    case 'update':
      if (row === null) return 'silent';
      if (row.version === write.expects) return 'untouched';
      return shows(row.cells, write.patch) ? 'shown' : 'silent';
    case 'delete':
      if (row === null) return 'shown';
      return row.version === write.expects ? 'untouched' : 'silent';
    case 'create':
      // Not there: never made, or made and deleted since.
      return row !== null && shows(row.cells, write.patch) ? 'shown' : 'silent';
  }
}

function shows(cells: Cells, patch: Cells): boolean {
  return Object.entries(patch).every(([column, value]) => cells[column] === value);
}

/** Rule 7: the part ends here, and is void for ever; surely without effect. */
export function refusePart(
  write: Pick<Write, 'id' | 'pairId' | 'intent'>,
  entry: RegisterEntry,
  said: { readonly code: string; readonly text: string },
  revision: RegisterEntry['revision'],
): RegisterEntry {
  const { [write.id]: _attempt, ...attempts } = entry.attempts;
  const outcome = said.code === ABANDONED ? 'withheld' : 'rejected';
  return {
    ...entry,
    revision,
    attempts,
    results: { ...entry.results, [write.id]: { outcome, code: said.code, text: said.text } },
    last: { ...entry.last, [write.pairId]: Math.max(entry.last[write.pairId] ?? 0, write.intent) },
  };
}

/** What is said of one part of a document that was refused. */
export function saidOf(refusal: Refusal, index: number): { readonly code: string; readonly text: string } {
  const { code, text, part } = refusal;
  if (part === null || part === index) return { code, text };
  return { code: DOCUMENT_REFUSED, text: `part ${part + 1} of the document was refused: ${text}` };
}
