import { setTimeout as delay } from 'node:timers/promises';
import { VendorClient } from './vendor-client.mjs';

const EDIT_EVERY_MS = 2000;
const SEEN_DEADLINE_MS = 30_000;
const LOOK_EVERY_MS = 20;
const CUSTOMER_COUNT = 50;

const FIRST_NAMES = [
  'Ada',
  'Bruno',
  'Chen',
  'Dana',
  'Elif',
  'Farid',
  'Greta',
  'Hana',
  'Ivo',
  'Jonas',
  'Kim',
  'Lena',
];

/**
 * A gentle stream of edits, turn by turn on each side, and how long each took to be seen on the other. Ends when the
 * signal is aborted.
 */
export async function demoStream({ sandbox, talk, signal }) {
  const client = new VendorClient({ sandbox, clientId: 'demo-person' });
  const customers = await pairedCustomers(client);
  if (customers.length === 0) return;
  for (let turn = 0; !signal.aborted; turn += 1) {
    const customer = customers[turn % customers.length];
    try {
      await editOnce({ client, customer, turn, talk, signal });
    } catch (error) {
      if (signal.aborted) return;
      // A side that is away for a moment (or was just killed) is no reason to end the show.
      talk(`The edit did not get through: ${error.message}`);
    }
    await delay(EDIT_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Customers that are on both sides, with their address on each. */
async function pairedCustomers(client) {
  const { value: companies } = await client.get(
    'dataverse',
    '/api/data/v9.2/cdm_companies?$select=cdm_companycode',
  );
  const codes = new Map(companies.map((company) => [company.cdm_companyid, company.cdm_companycode]));
  const { value: accounts } = await client.get(
    'dataverse',
    `/api/data/v9.2/accounts?$select=accountnumber,name,_msdyn_company_value&$filter=accountnumber ne null&$top=${CUSTOMER_COUNT}`,
  );
  return accounts
    .filter((account) => codes.has(account._msdyn_company_value))
    .map((account) => ({
      name: account.name,
      fo: `/data/CustomersV3(dataAreaId='${quoted(codes.get(account._msdyn_company_value))}',CustomerAccount='${quoted(account.accountnumber)}')`,
      dataverse: `/api/data/v9.2/accounts(${account.accountid})`,
    }));
}

async function editOnce({ client, customer, turn, talk, signal }) {
  const isFo = turn % 2 === 0;
  const credit = 1000 + ((turn * 137) % 90) * 500;
  const description = `${FIRST_NAMES[turn % FIRST_NAMES.length]} called, edit ${turn + 1}`;
  if (isFo) await client.patch('fo', `${customer.fo}?cross-company=true`, { CreditLimit: credit });
  else await client.patch('dataverse', customer.dataverse, { description });
  const startedAt = performance.now();
  for (;;) {
    const isThere = isFo
      ? (await client.get('dataverse', `${customer.dataverse}?$select=creditlimit`)).creditlimit === credit
      : (await client.get('fo', `${customer.fo}?cross-company=true&$select=SalesMemo`)).SalesMemo ===
        description;
    const lagMs = Math.round(performance.now() - startedAt);
    if (isThere) {
      talk(
        isFo
          ? `${customer.name}: credit limit ${credit} set in F&O, seen in Dataverse after ${lagMs} ms`
          : `${customer.name}: note "${description}" written in Dataverse, seen in F&O after ${lagMs} ms`,
      );
      return;
    }
    if (lagMs > SEEN_DEADLINE_MS) {
      talk(
        `${customer.name}: the edit made ${isFo ? 'in F&O' : 'in Dataverse'} is not seen on the other side after ${SEEN_DEADLINE_MS / 1000} s`,
      );
      return;
    }
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}

const quoted = (text) => text.replaceAll("'", "''");
