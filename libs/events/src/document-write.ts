import type { Side } from './side';
import type { Write } from './write';

/** Parts of one document: a request of that many writes stays well below what both sides take in one transaction. */
export const DOCUMENT_PART_COUNT_MAX = 100;

/** Code of a part that was not carried out because another one was refused. */
export const DOCUMENT_REFUSED = 'document-refused';

/**
 * The command to a connector: writes of several rows that are carried out together, in one transaction of the side, or
 * not at all. Topic `dw.SIDE.TABLE.writes` of the first part, key that part's `nativeId`.
 */
export interface DocumentWrite {
  /** The same for every delivery and re-drive. */
  readonly id: string;
  readonly side: Side;
  /** In the order in which they are carried out, the header first; each row is named, none twice. */
  readonly parts: readonly (Write & { readonly nativeId: string })[];
}
