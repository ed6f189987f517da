import type { Bench } from '../bench';
import { machine } from '../machine';
import { Admin, type RowEvent } from '../stack/admin';
import { DemoStack } from '../stack/demo-stack';
import { Editor, type Customer, type Row } from '../stack/editor';

const PAIR_COUNT = 200;
const MAP = 'customersv3-accounts';
const REST_DEADLINE_MS = 120_000;
const LOOK_EVERY_MS = 200;
const CALM_LOOK_COUNT = 5;

/** Both sides of 600 pairs are changed at the same moment: who wins, and is what lost told? */
export const conflictsBench: Bench = {
  name: 'conflicts',
  about: `${PAIR_COUNT} pairs each with different fields, one field, and a delete against an edit, on both sides at once`,
  async run({ talk }) {
    const stack = await DemoStack.start({ OTEL_EXPORTER_OTLP_ENDPOINT: '' });
    try {
      const editor = new Editor(stack.file);
      const admin = new Admin(stack.file);
      const customers = await editor.customers();
      const part = (index: number) => customers.slice(index * PAIR_COUNT, (index + 1) * PAIR_COUNT);
      const differentFields = await bothKept(editor, admin, part(0));
      talk(`different fields: ${differentFields} of ${PAIR_COUNT} kept both`);
      const oneField = await agreedAndTold(editor, admin, part(1));
      talk(`one field: ${oneField.agreed} agree, ${oneField.told} name the losing value in the journal`);
      const deleted = await byPolicy(editor, admin, part(2));
      talk(`delete against edit: ${deleted.right} of ${PAIR_COUNT} by policy (${deleted.policy})`);
      const value = differentFields + Math.min(oneField.agreed, oneField.told) + deleted.right;
      return {
        name: 'conflicts',
        machine: machine(),
        reference: { name: 'pairs changed on both sides', value: 3 * PAIR_COUNT, unit: 'pairs' },
        ours: { value, unit: 'pairs' },
        ratio: value / (3 * PAIR_COUNT),
        runs: 1,
        spread: 0,
        details: {
          pairs: PAIR_COUNT,
          differentFields: { bothKept: differentFields },
          oneField,
          deleteAgainstEdit: deleted,
        },
      };
    } finally {
      await stack.stop();
    }
  },
};

/** F&O's phone and Dataverse's city: both edits belong on both sides. */
async function bothKept(editor: Editor, admin: Admin, pairs: readonly Customer[]): Promise<number> {
  await Promise.all(
    pairs.flatMap((one, index) => [
      editor.edit('fo', one, { PrimaryContactPhone: `+1 555 ${index}` }),
      editor.edit('dataverse', one, { address1_city: `City ${index}` }),
    ]),
  );
  await untilAtRest(admin);
  const rows = await editor.rowsByPath();
  return pairs.filter((one, index) => {
    const { fo, dataverse } = rowsOf(rows, one);
    return (
      fo?.['PrimaryContactPhone'] === `+1 555 ${index}` &&
      dataverse?.['telephone1'] === `+1 555 ${index}` &&
      fo['DeliveryAddressCity'] === `City ${index}` &&
      dataverse['address1_city'] === `City ${index}`
    );
  }).length;
}

async function agreedAndTold(
  editor: Editor,
  admin: Admin,
  pairs: readonly Customer[],
): Promise<{ agreed: number; told: number }> {
  await Promise.all(
    pairs.flatMap((one, index) => [
      editor.edit('fo', one, { CreditRating: `FO ${index}` }),
      editor.edit('dataverse', one, { msdyn_creditrating: `DV ${index}` }),
    ]),
  );
  await untilAtRest(admin);
  const rows = await editor.rowsByPath();
  let agreed = 0;
  let told = 0;
  for (const [index, one] of pairs.entries()) {
    const { fo, dataverse } = rowsOf(rows, one);
    const shown = fo?.['CreditRating'];
    const both = [`FO ${index}`, `DV ${index}`];
    if (shown === dataverse?.['msdyn_creditrating'] && both.includes(String(shown))) agreed++;
    const loser = both.find((text) => text !== shown) ?? '';
    if (JSON.stringify(await admin.row(one.key)).includes(JSON.stringify(loser))) told++;
  }
  return { agreed, told };
}

/** Deleted in F&O while Dataverse is edited. */
async function byPolicy(
  editor: Editor,
  admin: Admin,
  pairs: readonly Customer[],
): Promise<{ right: number; policy: string }> {
  const policy = String((await admin.policies(MAP))['deleteVersusEdit'] ?? 'park');
  await Promise.all(
    pairs.flatMap((one, index) => [
      editor.remove('fo', one),
      editor.edit('dataverse', one, { description: `edited ${index}` }),
    ]),
  );
  await untilAtRest(admin);
  const rows = await editor.rowsByPath();
  let right = 0;
  for (const [index, one] of pairs.entries()) {
    const { fo, dataverse } = rowsOf(rows, one);
    const isEditOnShow = dataverse?.['description'] === `edited ${index}`;
    if (isAsTold(policy, { fo, isEditOnShow, dataverse, events: await admin.row(one.key) })) right++;
  }
  return { right, policy };
}

/** `park`: the edited row stays and the pair says why; `delete`: both are gone; `edit`: the row is back in F&O. */
function isAsTold(
  policy: string,
  seen: {
    fo: Row | undefined;
    dataverse: Row | undefined;
    isEditOnShow: boolean;
    events: readonly RowEvent[];
  },
): boolean {
  switch (policy) {
    case 'park':
      return seen.fo === undefined && seen.isEditOnShow && seen.events.some(({ what }) => what === 'parked');
    case 'delete':
      return seen.fo === undefined && seen.dataverse === undefined;
    default:
      return seen.fo !== undefined && seen.isEditOnShow;
  }
}

function rowsOf(
  rows: ReadonlyMap<string, Row>,
  { path }: Customer,
): { fo: Row | undefined; dataverse: Row | undefined } {
  return { fo: rows.get(`fo ${path.fo}`), dataverse: rows.get(`dataverse ${path.dataverse}`) };
}

/** Several times in a row, for a change may be between two services at one look. */
async function untilAtRest(admin: Admin): Promise<void> {
  const end = Date.now() + REST_DEADLINE_MS;
  for (let calm = 0; calm < CALM_LOOK_COUNT;) {
    if (Date.now() > end) throw new Error(`not in step within ${REST_DEADLINE_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    calm = (await admin.isInStep()) ? calm + 1 : 0;
  }
}
