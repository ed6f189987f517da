import type { Side } from '@dualwrite/events';
import { DATAVERSE_ACCOUNTS, FO_CUSTOMERS, foCustomerPath } from './customers';
import type { Person } from './person';

export const COMPANY = 'usmf';
export const COMPANY_ID = '00000000-0000-4000-8000-00000000c001';
export const CURRENCY = 'USD';
export const CURRENCY_ID = '00000000-0000-4000-8000-00000000c0de';

/** One customer whom something happens to behind everybody's back. */
export interface Subject {
  readonly account: string;
  readonly path: Readonly<Record<Side, string>>;
  /** Of the customer groups 10 and 20. */
  readonly groupIds: readonly string[];
  /** As Dataverse binds a lookup of accounts, by the lookup's column. */
  readonly bindings: ReadonlyMap<string, string>;
}

/** A way in which two rows get out of step; what verify has to say of it. */
export interface Divergence {
  readonly what: string;
  readonly kind: 'different' | 'missing' | 'extra';
  make(person: Person, subject: Subject): Promise<void>;
}

type Values = Readonly<Record<string, unknown>>;

function edited(side: Side, what: string, values: Values | ((subject: Subject) => Values)): Divergence {
  return {
    what: `${what} in ${side}`,
    kind: 'different',
    make: (person, subject) =>
      person.patch(side, subject.path[side], typeof values === 'function' ? values(subject) : values),
  };
}

const bothEdited = (what: string, fo: Values, dataverse: Values): Divergence => ({
  what: `${what} on both sides`,
  kind: 'different',
  make: async (person, { path }) => {
    await person.patch('fo', path.fo, fo);
    await person.patch('dataverse', path.dataverse, dataverse);
  },
});

/** Kinds of fields, of edits and of rows; each alone, so that what is not found or not mended has a name. */
export const DIVERGENCES: readonly Divergence[] = [
  edited('fo', 'a text', { OrganizationName: 'Renamed in F&O' }),
  edited('dataverse', 'a text', { name: 'Renamed in Dataverse' }),
  edited('fo', 'a long text', { SalesMemo: 'm'.repeat(200) }),
  edited('dataverse', 'a long text', { description: 'd'.repeat(200) }),
  edited('fo', 'a text with signs', { PrimaryContactEmail: "o'neil+ä@contoso.example" }),
  edited('dataverse', 'a text with signs', { emailaddress1: '"q"<ü>@contoso.example' }),
  edited('fo', 'a text emptied', { PrimaryContactPhone: '' }),
  edited('dataverse', 'a text emptied', { telephone1: null }),
  edited('fo', 'an amount', { CreditLimit: 1234.5 }),
  edited('dataverse', 'an amount', { creditlimit: 4321.25 }),
  edited('fo', 'an amount of nothing', { CreditLimit: 0 }),
  edited('dataverse', 'an amount of nothing', { creditlimit: 0 }),
  edited('fo', 'a whole number', { OrganizationNumberOfEmployees: 77 }),
  edited('dataverse', 'a whole number', { numberofemployees: 78 }),
  edited('fo', 'a yes or no', { CreditLimitIsMandatory: 'Yes' }),
  edited('dataverse', 'a yes or no', { msdyn_creditlimitismandatory: true }),
  edited('fo', 'a choice', { OnHoldStatus: 'Payment' }),
  edited('dataverse', 'a choice', { msdyn_onholdstatus: 806380001 }),
  edited('fo', 'a reference', { CustomerGroupId: '20' }),
  edited('dataverse', 'a reference', (subject) =>
    bind(subject, 'msdyn_customergroupid', `/msdyn_customergroups(${subject.groupIds[1] ?? ''})`),
  ),
  edited('fo', 'three fields', { CreditRating: 'B', DeliveryAddressCity: 'Bern', PrimaryContactFax: '1' }),
  edited('dataverse', 'three fields', { msdyn_creditrating: 'C', address1_city: 'Chur', fax: '2' }),
  edited('fo', 'the case of letters alone', { OrganizationName: 'CUSTOMER' }),
  edited('dataverse', 'the case of letters alone', { name: 'customer' }),
  bothEdited('one field', { CreditRating: 'F' }, { msdyn_creditrating: 'D' }),
  bothEdited('different fields', { DeliveryAddressCity: 'Zug' }, { telephone1: '+41 1' }),
  {
    what: 'a row deleted in F&O',
    kind: 'extra',
    make: (person, { path }) => person.delete('fo', path.fo),
  },
  {
    what: 'a row deleted in Dataverse',
    kind: 'missing',
    make: (person, { path }) => person.delete('dataverse', path.dataverse),
  },
  {
    what: 'a row made in F&O',
    kind: 'missing',
    make: (person, { account }) => person.post('fo', `${FO_CUSTOMERS}?cross-company=true`, newFo(account)),
  },
  {
    what: 'a row made in Dataverse',
    kind: 'extra',
    make: (person, subject) =>
      person.post('dataverse', DATAVERSE_ACCOUNTS, {
        accountnumber: newAccount(subject.account),
        name: 'Made in Dataverse',
        customertypecode: 3,
        ...bind(subject, 'msdyn_company', `/cdm_companies(${COMPANY_ID})`),
        ...bind(subject, 'transactioncurrencyid', `/transactioncurrencies(${CURRENCY_ID})`),
        ...bind(subject, 'msdyn_customergroupid', `/msdyn_customergroups(${subject.groupIds[0] ?? ''})`),
      }),
  },
];

/** Account of the row that a divergence makes beside its subject. */
export function newAccount(account: string): string {
  return `${account}-NEW`;
}

export function pathsOf(account: string, accountId: string): Subject['path'] {
  return { fo: foCustomerPath(COMPANY, account), dataverse: `${DATAVERSE_ACCOUNTS}(${accountId})` };
}

function bind({ bindings }: Subject, column: string, path: string): Values {
  return { [`${bindings.get(column) ?? column}@odata.bind`]: path };
}

function newFo(account: string): Values {
  return {
    dataAreaId: COMPANY,
    CustomerAccount: newAccount(account),
    OrganizationName: 'Made in F&O',
    PartyType: 'Organization',
    CustomerGroupId: '10',
    SalesCurrencyCode: CURRENCY,
  };
}
