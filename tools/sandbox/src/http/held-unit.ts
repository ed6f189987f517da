import { Refusal, type ODataRequest } from '../odata/exchange';
import { UnitConflict, type Transaction, type Write } from '../store/transaction';
import type { Side } from './side';

const ATTEMPTS_MAX = 5;

/** Leaves a unit, so that it is taken back, with what it takes to do it again. */
class Held extends Error {
  constructor(
    readonly result: unknown,
    readonly writes: readonly Write[],
    readonly agree: () => Promise<void>,
  ) {
    super('held until others agree');
  }
}

/**
 * Runs work as one unit. Where others must agree first (a synchronous step), nobody sees its writes until they have: it is
 * taken back, they are asked, and it is written again as it was. If another unit has come between, all begins anew.
 *
 * @param request whose writes they are; asked after the work
 * @throws {Refusal} the work was refused, or one of the others did
 */
export async function runUnit<T>(
  side: Side,
  work: (unit: Transaction) => T,
  request: () => ODataRequest | undefined,
): Promise<{ result: T; transaction: Transaction }> {
  for (let attempt = 1; ; attempt += 1) {
    let held: Held;
    try {
      return side.store.transaction((unit) => {
        const result = work(unit);
        const by = unit.writes.length > 0 ? request() : undefined;
        const agree = by && side.beforeCommit?.(unit.writes, by);
        if (agree) throw new Held(result, [...unit.writes], agree);
        return result;
      });
    } catch (error) {
      if (!(error instanceof Held)) throw error;
      held = error;
    }
    await held.agree();
    try {
      const { transaction } = side.store.transaction((unit) => unit.replay(held.writes));
      return { result: held.result as T, transaction };
    } catch (error) {
      if (!(error instanceof UnitConflict)) throw error;
      if (attempt === ATTEMPTS_MAX) throw new Refusal(side.contended?.() ?? side.failing(503, undefined));
    }
  }
}
