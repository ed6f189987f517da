import { customersOf, type Customer } from './customers';
import { eventually } from './eventually';
import type { RunningStack } from './running-stack';
import type { Fault } from './sandbox-side';
import { inLanes } from './there-and-back.suite';

/** What goes wrong with the two systems and on the way to them; people go on editing meanwhile. */
export function describeFaults(stackOf: () => RunningStack): void {
  const EDITED_COUNT = 100;
  let stack: RunningStack;
  let customers: readonly Customer[];
  let round = 0;

  beforeAll(async () => {
    stack = stackOf();
    await stack.untilInStep();
    customers = (await customersOf(stack)).slice(1400, 1400 + EDITED_COUNT);
  });
  afterEach(async () => {
    await (await stack.sandbox('fo')).endFaults();
    await (await stack.sandbox('dataverse')).endFaults();
  });

  /** Edits each customer on one side, half of them on each; resolves with the memo of this round. */
  const editAll = async (): Promise<string> => {
    const memo = `round ${++round}`;
    await inLanes(customers, 8, (one, index) =>
      index % 2 === 0
        ? stack.person.patch('fo', one.path.fo, { SalesMemo: `${memo}, ${index}` })
        : stack.person.patch('dataverse', one.path.dataverse, { description: `${memo}, ${index}` }),
    );
    return memo;
  };
  const expectAllSeen = async (memo: string): Promise<void> => {
    await stack.untilInStep();
    for (const [index, one] of customers.entries()) {
      const fo = await stack.person.get('fo', one.path.fo);
      expect(fo['SalesMemo']).toBe(`${memo}, ${index}`);
    }
    const parked = (await stack.dw.status()).map((map) => map.parked);
    expect(parked).toEqual(parked.map(() => 0));
  };
  /** Faults strike the product alone: the persons of these tests have their own client id. */
  const strike = async (side: 'fo' | 'dataverse', ...faults: Fault[]): Promise<void> => {
    const { oauth } = await stack.file();
    const ours = faults.map((fault) => ({ ...fault, match: { ...fault.match, caller: oauth.clientId } }));
    await (await stack.sandbox(side)).faults(ours, { seed: round });
  };

  it('given answers that are lost after the commit, then every edit arrives once', async () => {
    await strike('dataverse', { match: { method: 'PATCH', probability: 0.2 }, effect: { loseAnswer: true } });
    await strike('fo', { match: { method: 'POST', probability: 0.2 }, effect: { loseAnswer: true } });
    const memo = await editAll();
    await stack.untilInStep();
    await expectAllSeen(memo);
  });

  it('given 429 with Retry-After, then nothing parks and every edit arrives', async () => {
    await strike('dataverse', {
      match: { probability: 0.3 },
      effect: { status: 429, retryAfter: 1 },
      times: 15,
    });
    await strike('fo', { match: { probability: 0.3 }, effect: { status: 429, retryAfter: 1 }, times: 15 });
    await expectAllSeen(await editAll());
  });

  it('given F&O events that are dropped, doubled and late, then the sweep finds what they did not tell', async () => {
    const fo = await stack.sandbox('fo');
    await fo.faults([
      { match: { table: 'CustomersV3', every: 3 }, effect: { dropEvent: true } },
      { match: { table: 'CustomersV3', every: 2 }, effect: { duplicateEvent: true } },
      { match: { table: 'CustomersV3', every: 5 }, effect: { delayEventMs: 500 } },
    ]);
    await expectAllSeen(await editAll());
  });

  it('given a plug-in that edits every row that we write, then its edit travels back', async () => {
    await strike('dataverse', {
      match: { table: 'accounts', method: 'PATCH' },
      effect: { pluginEdit: { description: 'set by a plug-in' } },
    });
    const [one] = customers;
    if (one === undefined) throw new Error('there are too few customers');
    await stack.person.patch('fo', one.path.fo, { PrimaryContactPhone: '+49 30 1234' });
    await eventually(
      async () => (await stack.person.get('fo', one.path.fo))['SalesMemo'] === 'set by a plug-in',
      { what: "the plug-in's edit is in F&O" },
    );
    await stack.untilInStep();
  });

  it('given a side that is away, then the lag grows, nothing parks, and it drains when the side is back', async () => {
    const dataverse = await stack.sandbox('dataverse');
    await strike('dataverse', { match: {}, effect: { away: true } });
    const edited = customers.filter((_, index) => index % 2 === 0);
    const memo = `away ${++round}`;
    await inLanes(edited, 8, (one) => stack.person.patch('fo', one.path.fo, { SalesMemo: memo }));
    await eventually(
      async () => (await stack.dw.status()).some((map) => map.name === 'customersv3-accounts' && !map.inStep),
      { what: 'the map is behind' },
    );
    expect((await stack.dw.status()).map((map) => map.parked)).toEqual(expect.not.arrayContaining([1]));
    await dataverse.endFaults();
    await stack.untilInStep();
    for (const one of edited) {
      expect((await stack.person.get('dataverse', one.path.dataverse))['description']).toBe(memo);
    }
  });
}
