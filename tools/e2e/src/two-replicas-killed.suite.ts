import { customersOf } from './customers';
import { untilInStepBeyondDoubt } from './doubts';
import type { RunningStack } from './running-stack';
import { inLanes } from './there-and-back.suite';

const CUSTOMERS = 'customersv3-accounts';
const EDIT_COUNT = 2000;
/** Two connectors are killed with a handful of writes under way. */
const IN_DOUBT_MAX = 4;
const SERVICES = ['fo-connector', 'dataverse-connector', 'mapper', 'initial-sync', 'alerting', 'console'];

/** Each service is killed at a random moment of a stream of edits on both sides. */
export function describeKills(stackOf: () => RunningStack): void {
  it('when each service is killed during 2,000 edits, then both sides agree and the books balance', async () => {
    const stack = stackOf();
    await stack.untilInStep();
    const customers = await customersOf(stack);
    const random = seededRandom(20261123);
    const moments = new Map(SERVICES.map((service) => [Math.floor(random() * (EDIT_COUNT - 100)), service]));
    const kills: Promise<number>[] = [];
    const edits = Array.from({ length: EDIT_COUNT }, (_, index) => index);
    await inLanes(edits, 4, async (index) => {
      const service = moments.get(index);
      if (service !== undefined) kills.push(stack.kill(service, { replica: random() < 0.5 ? 0 : 1 }));
      const one = customers[Math.floor(random() * customers.length)];
      if (one === undefined) return;
      // A customer that somebody has deleted is no longer there to be edited.
      await (random() < 0.5
        ? stack.person.send('fo', 'PATCH', one.path.fo, { SalesMemo: `edit ${index}` })
        : stack.person.send('dataverse', 'PATCH', one.path.dataverse, { address1_city: `city ${index}` }));
    });
    await Promise.all(kills);
    expect(kills).toHaveLength(SERVICES.length);
    await untilInStepBeyondDoubt(stack, { map: CUSTOMERS, countMax: IN_DOUBT_MAX, deadlineMs: 90_000 });
    for (const map of await stack.dw.status()) {
      const { written, unchanged, filtered, parked, waiting, held } = map;
      expect([
        map.name,
        written.fo + written.dataverse + unchanged + filtered + parked + waiting + held,
      ]).toEqual([map.name, map.examined]);
      expect([map.name, parked, waiting, held]).toEqual([map.name, 0, 0, 0]);
    }
  }, 240_000);
}

/** The same numbers for the same seed, so that a failure can be repeated (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
