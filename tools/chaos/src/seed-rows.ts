import type { Deed } from '@dualwrite/proof';
import { CUSTOMERS, GROUPS, type Subject } from './subjects';

type Row = Readonly<Record<string, unknown>>;

export const COMPANY = 'usmf';
export const CURRENCY = 'USD';
const COMPANY_ID = '00000000-0000-4000-8000-00000000c001';
const CURRENCY_ID = '00000000-0000-4000-8000-00000000c0de';
const SEED_GROUPS = ['10', '20', '30'];

/** What is there before anybody does anything: customers and their groups in F&O alone, the rest on both sides. */
export interface SeedRows {
  readonly fo: Readonly<Record<string, readonly Row[]>>;
  readonly dataverse: Readonly<Record<string, readonly Row[]>>;
  /** The same as deeds: the first value of each field is somebody's, too. */
  readonly deeds: readonly Deed[];
}

export function seedRows(customerCount: number): SeedRows {
  const groups = SEED_GROUPS.map((id) => ({
    dataAreaId: COMPANY,
    CustomerGroupId: id,
    ...valuesOf(GROUPS, `g${id}`),
  }));
  const customers = Array.from({ length: customerCount }, (_, index) => ({
    dataAreaId: COMPANY,
    CustomerAccount: `C-${String(index + 1).padStart(4, '0')}`,
    PartyType: 'Organization',
    LanguageId: 'en-us',
    CustomerGroupId: SEED_GROUPS[index % SEED_GROUPS.length],
    SalesCurrencyCode: CURRENCY,
    ...valuesOf(CUSTOMERS, `s${index + 1}`),
  }));
  return {
    fo: {
      LegalEntities: [{ LegalEntityId: COMPANY, Name: 'Contoso', LanguageId: 'en-us' }],
      Currencies: [{ CurrencyCode: CURRENCY, Name: 'US Dollar', Symbol: '$' }],
      CustomerGroups: groups,
      CustomersV3: customers,
    },
    dataverse: {
      cdm_company: [{ cdm_companyid: COMPANY_ID, cdm_companycode: COMPANY, cdm_name: 'Contoso' }],
      transactioncurrency: [
        {
          transactioncurrencyid: CURRENCY_ID,
          isocurrencycode: CURRENCY,
          currencyname: 'US Dollar',
          currencysymbol: '$',
          exchangerate: 1,
          currencyprecision: 2,
        },
      ],
    },
    deeds: [
      ...groups.map((row) => seedDeed(GROUPS, row, row.CustomerGroupId)),
      ...customers.map((row) => seedDeed(CUSTOMERS, row, row.CustomerAccount)),
    ],
  };
}

/** A value for each tracked field, in the columns of F&O. */
function valuesOf(subject: Subject, stem: string): Readonly<Record<string, string>> {
  return Object.fromEntries(subject.fields.map(({ name, column }) => [column.fo, `${stem}-${name}`]));
}

function seedDeed(subject: Subject, row: Row, code: string): Deed {
  const key = `${COMPANY}/${code}`;
  return {
    n: 0,
    atMs: 0,
    side: 'fo',
    map: subject.map,
    key,
    rowId: key,
    operation: 'create',
    by: 'person',
    fields: Object.fromEntries(
      subject.fields.map(({ name, column }) => [name, { before: null, after: String(row[column.fo]) }]),
    ),
  };
}
