import type { JsonObject } from './lossless';
import type { SideFailure } from './side-failure';

/**
 * What came of a write. `row`: the row as the answer shows it, not older than the effect; null: there is none (a
 * delete); undefined: the answer does not show it, so it must be read.
 */
export type WriteReply = { readonly kind: 'done'; readonly row: JsonObject | null | undefined } | SideFailure;
