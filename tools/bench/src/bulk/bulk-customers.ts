import type { Side } from '@dualwrite/events';
import type { Row } from '@dualwrite/e2e';

export const MAP = 'bulk-customers';
export const TABLES: Readonly<Record<Side, string>> = { fo: 'CustomersV3', dataverse: 'account' };
export const COMPANY = 'usmf';
const COMPANY_ID = '00000000-0000-4000-8000-00000000c001';
const GROUP_ID = '00000000-0000-4000-8000-000000000010';

/** By both sides' names: as many fields as make a row of about 1 KB on either side. */
const TEXTS: readonly (readonly [fo: string, dataverse: string, value: string])[] = [
  ['PrimaryContactEmail', 'emailaddress1', 'office@contoso.example'],
  ['PrimaryContactFax', 'fax', '+41 56 123 45 68'],
  ['PrimaryContactPhone', 'telephone1', '+41 56 123 45 67'],
  ['PrimaryContactURL', 'websiteurl', 'https://www.contoso.example'],
  ['InvoiceAddressCity', 'address2_city', 'Untersiggenthal'],
  ['InvoiceAddressCountryRegionISOCode', 'address2_country', 'CH'],
  ['InvoiceAddressStreet', 'address2_line1', 'Industriestrasse 17'],
  ['InvoiceAddressZipCode', 'address2_postalcode', '5417'],
  ['DeliveryAddressCity', 'address1_city', 'Obersiggenthal'],
  ['DeliveryAddressCountryRegionISOCode', 'address1_country', 'CH'],
  ['DeliveryAddressStreet', 'address1_line1', 'Hauptstrasse 1234'],
  ['DeliveryAddressZipCode', 'address1_postalcode', '5415'],
  ['TaxExemptNumber', 'msdyn_taxexemptnumber', 'CHE-123.456.789'],
];

/** The field that is edited while a load goes on. */
export const EDITED: Readonly<Record<Side, string>> = { fo: 'SalesMemo', dataverse: 'description' };

/** Customers with a company, a lookup, an amount and texts; all that they need beside themselves is in {@link setUp}. */
export function mapFile(): { name: string; text: string } {
  const fields: readonly (readonly [string, string])[] = [
    ['CustomerAccount', 'accountnumber'],
    ['OrganizationName', 'name'],
    ['CreditLimit', 'creditlimit'],
    ['CustomerGroupId', 'msdyn_customergroupid.msdyn_groupid'],
    [EDITED.fo, EDITED.dataverse],
    ...TEXTS.map(([fo, dataverse]) => [fo, dataverse] as const),
  ];
  const map = {
    apiVersion: 'dualwrite.io/v1',
    kind: 'TableMap',
    metadata: { name: MAP },
    spec: {
      fo: { entity: TABLES.fo },
      dataverse: { table: TABLES.dataverse },
      company: { fo: 'dataAreaId', dataverse: 'msdyn_company' },
      key: [{ fo: 'CustomerAccount', dataverse: 'accountnumber' }],
      policies: { conflict: 'fo-wins', firstMeeting: 'fo-wins' },
      fields: fields.map(([fo, dataverse]) => ({ fo, dataverse, direction: 'both' })),
    },
  };
  return { name: `${MAP}.json`, text: JSON.stringify(map) };
}

/** What customers point at. */
export function setUp(): Readonly<Record<string, readonly Row[]>> {
  return {
    cdm_company: [{ cdm_companyid: COMPANY_ID, cdm_companycode: COMPANY, cdm_name: 'Contoso' }],
    msdyn_customergroup: [
      { msdyn_customergroupid: GROUP_ID, msdyn_groupid: '10', _msdyn_company_value: COMPANY_ID },
    ],
  };
}

export function accountNumber(number: number): string {
  return `C-${String(number).padStart(7, '0')}`;
}

export function accountId(number: number): string {
  return `00000000-0000-4000-9000-${String(number).padStart(12, '0')}`;
}

/** The same customer in either side's read form. */
export function rowOf(side: Side, number: number): Row {
  return side === 'fo'
    ? {
        dataAreaId: COMPANY,
        CustomerAccount: accountNumber(number),
        CustomerGroupId: '10',
        OrganizationName: `Customer ${number}`,
        CreditLimit: 1000 + number,
        [EDITED.fo]: 'as loaded',
        ...Object.fromEntries(TEXTS.map(([fo, , value]) => [fo, value])),
      }
    : {
        accountid: accountId(number),
        accountnumber: accountNumber(number),
        _msdyn_company_value: COMPANY_ID,
        _msdyn_customergroupid_value: GROUP_ID,
        name: `Customer ${number}`,
        creditlimit: 1000 + number,
        [EDITED.dataverse]: 'as loaded',
        ...Object.fromEntries(TEXTS.map(([, dataverse, value]) => [dataverse, value])),
      };
}

/** Path from the server's root of the customer's row. */
export function pathOf(side: Side, number: number): string {
  return side === 'fo'
    ? `/data/CustomersV3(dataAreaId='${COMPANY}',CustomerAccount='${accountNumber(number)}')?cross-company=true`
    : `/api/data/v9.2/accounts(${accountId(number)})`;
}
