import { customersOf, type Customer } from './customers';
import type { RunningStack } from './running-stack';

/** Both sides edit one customer before either has heard of the other. */
export function describeAtTheSameMoment(stackOf: () => RunningStack): void {
  const PAIR_COUNT = 30;
  let stack: RunningStack;
  let customers: readonly Customer[];

  beforeAll(async () => {
    stack = stackOf();
    await stack.untilInStep();
    customers = await customersOf(stack);
  });

  it('when different fields are edited, then both edits survive on both sides', async () => {
    const edited = customers.slice(1100, 1100 + PAIR_COUNT);
    await Promise.all(
      edited.flatMap((one, index) => [
        stack.person.patch('fo', one.path.fo, { PrimaryContactPhone: `+1 555 01${index}` }),
        stack.person.patch('dataverse', one.path.dataverse, { address1_city: `City ${index}` }),
      ]),
    );
    await stack.untilInStep();
    for (const [index, one] of edited.entries()) {
      const fo = await stack.person.get('fo', one.path.fo);
      const dataverse = await stack.person.get('dataverse', one.path.dataverse);
      expect([fo['PrimaryContactPhone'], fo['DeliveryAddressCity']]).toEqual([
        `+1 555 01${index}`,
        `City ${index}`,
      ]);
      expect([dataverse['telephone1'], dataverse['address1_city']]).toEqual([
        `+1 555 01${index}`,
        `City ${index}`,
      ]);
    }
  });

  it('when one field is edited, then both sides agree, and a value that was given up is in the journal', async () => {
    const edited = customers.slice(1200, 1200 + PAIR_COUNT);
    await Promise.all(
      edited.flatMap((one, index) => [
        stack.person.patch('fo', one.path.fo, { CreditRating: `FO ${index}` }),
        stack.person.patch('dataverse', one.path.dataverse, { msdyn_creditrating: `DV ${index}` }),
      ]),
    );
    await stack.untilInStep();
    for (const [index, one] of edited.entries()) {
      const fo = (await stack.person.get('fo', one.path.fo))['CreditRating'];
      const dataverse = (await stack.person.get('dataverse', one.path.dataverse))['msdyn_creditrating'];
      expect(fo).toBe(dataverse);
      // Seen as a conflict, F&O wins by the map's policy; an edit after the other's arrival simply follows it.
      const events = await stack.dw.row(one.key);
      const conflict = events.find((event) => event.what === 'conflict');
      if (conflict !== undefined) expect(fo).toBe(`FO ${index}`);
      const told = JSON.stringify(events);
      expect(told).toContain(`FO ${index}`);
      expect(told).toContain(`DV ${index}`);
    }
  });

  it('when a value has more decimals than the other side keeps, then each side keeps its form and nothing comes back', async () => {
    const [one] = customers.slice(1300, 1301);
    if (one === undefined) throw new Error('there are too few customers');
    await stack.person.patch('fo', one.path.fo, { CreditLimit: 1234.56789 });
    await stack.untilInStep();
    const sandboxes = [await stack.sandbox('fo'), await stack.sandbox('dataverse')] as const;
    const before = await Promise.all(sandboxes.map((sandbox) => sandbox.writeCount()));
    expect((await stack.person.get('fo', one.path.fo))['CreditLimit']).toBe(1234.56789);
    expect((await stack.person.get('dataverse', one.path.dataverse))['creditlimit']).toBe(1234.5679);
    await stack.person.patch('dataverse', one.path.dataverse, { description: 'another field' });
    await stack.untilInStep();
    expect((await stack.person.get('fo', one.path.fo))['CreditLimit']).toBe(1234.56789);
    const after = await Promise.all(sandboxes.map((sandbox) => sandbox.writeCount()));
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([1, 1]);
  });
}
