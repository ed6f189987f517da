import type { Side } from '@dualwrite/events';
import { eventually } from './eventually';
import type { RunningStack } from './running-stack';
import type { Row } from './sandbox-side';

/** A customer that is on both sides, and where it is found on each. */
export interface Customer {
  readonly company: string;
  readonly account: string;
  /** As the journal names it. */
  readonly key: string;
  readonly path: Readonly<Record<Side, string>>;
}

export const FO_CUSTOMERS = '/data/CustomersV3';
export const DATAVERSE_ACCOUNTS = '/api/data/v9.2/accounts';

export function foCustomerPath(company: string, account: string): string {
  return `${FO_CUSTOMERS}(dataAreaId='${company}',CustomerAccount='${account}')?cross-company=true`;
}

/** All customers that are on both sides, in the order of their accounts. */
export async function customersOf(stack: RunningStack): Promise<readonly Customer[]> {
  const dataverse = await stack.sandbox('dataverse');
  const codes = await companyCodes(stack);
  return (await dataverse.rows('accounts'))
    .filter((row) => row['customertypecode'] === 3 && row['_msdyn_company_value'] !== null)
    .map((row) => {
      const company = codes.get(String(row['_msdyn_company_value'])) ?? '';
      const account = String(row['accountnumber']);
      return {
        company,
        account,
        key: `${company}/${account}`,
        path: {
          fo: foCustomerPath(company, account),
          dataverse: `${DATAVERSE_ACCOUNTS}(${String(row['accountid'])})`,
        },
      };
    })
    .sort((left, right) => (left.key < right.key ? -1 : 1));
}

/** Company codes, in lower case, by the GUID of the company's row. */
export async function companyCodes(stack: RunningStack): Promise<ReadonlyMap<string, string>> {
  const rows = await (await stack.sandbox('dataverse')).rows('cdm_companies');
  return new Map(
    rows.map((row) => [String(row['cdm_companyid']), String(row['cdm_companycode']).toLowerCase()]),
  );
}

/** The account under this number, once it is there. */
export function accountOf(stack: RunningStack, account: string): Promise<Row> {
  return eventually(
    async () => {
      const filter = encodeURIComponent(`accountnumber eq '${account}'`);
      const found = await stack.person.get('dataverse', `${DATAVERSE_ACCOUNTS}?$filter=${filter}`);
      return (found['value'] as Row[])[0];
    },
    { what: `account ${account} is in Dataverse` },
  );
}

/** Names to write lookups of a table by, as the side's own metadata gives them. */
export async function navigationProperties(
  stack: RunningStack,
  table: string,
): Promise<ReadonlyMap<string, string>> {
  const definition = await stack.person.get(
    'dataverse',
    `/api/data/v9.2/EntityDefinitions(LogicalName='${table}')/ManyToOneRelationships`,
  );
  return new Map(
    (definition['value'] as Row[]).map((row) => [
      String(row['ReferencingAttribute']),
      String(row['ReferencingEntityNavigationPropertyName']),
    ]),
  );
}
