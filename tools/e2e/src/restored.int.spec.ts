import type { Side } from '@dualwrite/events';
import { backUpSchema } from '@dualwrite/testing';
import { accountOf, customersOf, FO_CUSTOMERS, type Customer } from './customers';
import { untilInStepBeyondDoubt } from './doubts';
import { eventually } from './eventually';
import { startStack, type RunningStack } from './running-stack';
import { inLanes } from './there-and-back.suite';

/** So many rows are edited on both sides in the very second in which the database is exchanged. */
const EDITED_COUNT = 20;
/**
 * Of these, only what a connector had begun when it ended, and had no answer published of, may be in doubt: about as much
 * as is under way at one moment while the edits are made in four lanes (ADR 0023). What was never begun is planned anew.
 */
const IN_DOUBT_COUNT_MAX = 4;
const MAP = 'customersv3-accounts';

/** A database is restored from a backup, under the feet of its service: what happened since is not lost on anybody. */
describe('given a service whose database is restored from a backup', () => {
  let stack: RunningStack;
  let customers: readonly Customer[];

  beforeAll(async () => {
    stack = await startStack({ env: { SWEEP_INTERVAL_MS: '2000' } });
    customers = await customersOf(stack);
  }, 180_000);
  afterAll(() => stack?.stop(), 60_000);

  const edit = (some: readonly Customer[], text: string) =>
    inLanes(some, 4, async (one) => {
      await stack.person.patch('fo', one.path.fo, { SalesMemo: `${text} memo` });
      await stack.person.patch('dataverse', one.path.dataverse, { address1_city: `${text} city` });
    });

  it.each([
    ['mapper', 'mapper', 0],
    ['fo-connector', 'fo_connector', 100],
    ['dataverse-connector', 'dataverse_connector', 200],
  ])(
    'when it is %s, then both sides get in step, deleted rows stay deleted, and nothing is made twice',
    async (service, schema, from) => {
      const own = customers.slice(from, from + 60);
      const [inFo, inDataverse, like] = own;
      if (!inFo || !inDataverse || !like) throw new Error('there are too few customers');
      await stack.untilInStep();
      const { url } = (await stack.file()).postgres;
      const backup = await backUpSchema({ url, schema });

      // The hour that is forgotten.
      await edit(own.slice(10, 30), `${service} forgotten`);
      await stack.person.delete('fo', inFo.path.fo);
      await stack.person.delete('dataverse', inDataverse.path.dataverse);
      const account = `RESTORED-${from}`;
      const group = await stack.person.get('fo', like.path.fo);
      await stack.person.post('fo', `${FO_CUSTOMERS}?cross-company=true`, {
        dataAreaId: like.company,
        CustomerAccount: account,
        OrganizationName: 'Made in the forgotten hour',
        PartyType: 'Organization',
        CustomerGroupId: group['CustomerGroupId'],
        SalesCurrencyCode: group['SalesCurrencyCode'],
      });
      await stack.untilInStep();

      await backup.restore();
      await edit(own.slice(30, 30 + EDITED_COUNT), `${service} since`);
      await eventually(async () => isOver(await stack.log(), schema), {
        what: `${service} has noticed`,
        deadlineMs: 90_000,
      });
      await untilInStepBeyondDoubt(stack, {
        map: MAP,
        countMax: IN_DOUBT_COUNT_MAX,
        deadlineMs: 150_000,
      });
      await backup.drop();

      for (const one of [inFo, inDataverse]) {
        for (const side of ['fo', 'dataverse'] as const satisfies readonly Side[]) {
          expect((await stack.person.send(side, 'GET', one.path[side])).status).toBe(404);
        }
      }
      expect((await accountOf(stack, account))['name']).toBe('Made in the forgotten hour');
      const rows = await (await stack.sandbox('dataverse')).rows('accounts');
      expect(rows.filter((row) => row['accountnumber'] === account)).toHaveLength(1);
      for (const one of own.slice(10, 30 + EDITED_COUNT)) {
        const text = own.indexOf(one) < 30 ? `${service} forgotten` : `${service} since`;
        expect((await stack.person.get('dataverse', one.path.dataverse))['description']).toBe(`${text} memo`);
        expect((await stack.person.get('dataverse', one.path.dataverse))['address1_city']).toBe(
          `${text} city`,
        );
      }
    },
    300_000,
  );
});

/** The restore was noticed; a mapper has taken in what its topics hold, for a row that is made meanwhile would park (rule 24). */
function isOver(log: string, schema: string): boolean {
  const isTold = (event: string, detail: string): boolean =>
    log.split('\n').some((line) => line.includes(`"event":"${event}"`) && line.includes(detail));
  if (!isTold('store.restored', `"store":"${schema}"`)) return false;
  return schema !== 'mapper' || isTold('catch_up.done', `"map":"${MAP}"`);
}
