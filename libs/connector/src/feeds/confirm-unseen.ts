import type { Register } from '../register/register';
import type { ObservedTable } from '../side-port';
import type { SeenRows } from './seen-rows';

const PAGE_ROW_COUNT = 1_000;

/**
 * After a full round: rows that the register has and the round did not show are asked for one by one. Absence from a
 * list is no delete (rule 4); absence under its own id or key is. Rows stored since the round began speak for themselves.
 *
 * @returns how many rows were asked for
 */
export async function confirmUnseen(
  register: Register,
  table: ObservedTable,
  round: { readonly seen: SeenRows; readonly position: string },
): Promise<number> {
  let askedCount = 0;
  for (let after = ''; ;) {
    const page = await register.store.presentBehind(table.table, after, round.position, PAGE_ROW_COUNT);
    const unseen = page.filter((nativeId) => !round.seen.has(nativeId));
    if (unseen.length > 0) await register.look(table, unseen, 'sweep');
    askedCount += unseen.length;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_ROW_COUNT) return askedCount;
    after = last;
  }
}
