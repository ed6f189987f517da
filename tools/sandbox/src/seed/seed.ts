import type { SideAdmin } from '../control/side-admin';
import { idOf } from '../http/token-server';
import { ExactNumber, type JsonObject } from '../json/exact-json';
import { demoCustomers } from './demo-customers';
import {
  COMPANIES,
  CURRENCIES,
  CUSTOMER_GROUPS,
  PAYMENT_DAYS,
  PAYMENT_METHODS,
  PAYMENT_SCHEDULES,
  PAYMENT_TERMS,
} from './demo-setup';

export type Seed = 'demo' | 'none';

type Load = (table: string, rows: JsonObject[]) => void;

/** Two companies and their customers with all that those refer to. */
export function seedFo(seed: Seed, admin: SideAdmin): void {
  if (seed === 'none') return;
  const load: Load = (table, rows) => admin.loadRows(table, rows, { asUser: false });
  load(
    'LegalEntities',
    COMPANIES.map(({ code, name, language }) => ({
      LegalEntityId: code,
      Name: name,
      NameAlias: code.toUpperCase(),
      LanguageId: language,
      PartyNumber: `LE-${code}`,
    })),
  );
  load(
    'Currencies',
    CURRENCIES.map(({ code, name, symbol }) => ({ CurrencyCode: code, Name: name, Symbol: symbol })),
  );
  for (const company of COMPANIES) {
    const dataAreaId = company.code;
    load(
      'PaymentTerms',
      PAYMENT_TERMS.map(({ name, description, days }) => ({
        dataAreaId,
        Name: name,
        Description: description,
        NumberOfDays: days,
        PaymentMethodType: days === 0 ? 'cod' : 'net',
        IsCashPayment: days === 0 ? 'Yes' : 'No',
      })),
    );
    load(
      'PaymentDaysCDS',
      PAYMENT_DAYS.map(({ name, description }) => ({ dataAreaId, Name: name, Description: description })),
    );
    load(
      'PaymentSchedules',
      PAYMENT_SCHEDULES.map(({ name, description, count }) => ({
        dataAreaId,
        Name: name,
        Description: description,
        NumberOfPayments: count,
        AllocationMethod: 'numOfPayment',
      })),
    );
    load(
      'CustomerPaymentMethods',
      PAYMENT_METHODS.map(({ name, description }) => ({ dataAreaId, Name: name, Description: description })),
    );
    load(
      'CustomerGroups',
      CUSTOMER_GROUPS.map(({ id, description, term, clearing }, index) => ({
        dataAreaId,
        CustomerGroupId: id,
        Description: description,
        PaymentTermId: term,
        ClearingPeriodPaymentTermName: clearing,
        IsSalesTaxIncludedInPrice: company.country === 'DE' && index % 3 === 2 ? 'Yes' : 'No',
      })),
    );
    load('CustomersV3', demoCustomers(company));
  }
}

/**
 * The tables that customers and groups look up and that no map fills yet. The companies are there with the names they
 * once had; customers and groups are not there at all.
 */
export function seedDataverse(seed: Seed, admin: SideAdmin): void {
  if (seed === 'none') return;
  const load: Load = (table, rows) => admin.loadRows(table, rows, { asUser: false });
  load(
    'cdm_company',
    COMPANIES.map(({ code, formerName }) => ({
      cdm_companyid: idOf(`cdm_company:${code}`),
      cdm_companycode: code,
      cdm_name: formerName,
    })),
  );
  load(
    'transactioncurrency',
    CURRENCIES.map(({ code, name, symbol, rate }) => ({
      transactioncurrencyid: idOf(`transactioncurrency:${code}`),
      isocurrencycode: code,
      currencyname: name,
      currencysymbol: symbol,
      exchangerate: new ExactNumber(rate),
      currencyprecision: 2,
    })),
  );
  for (const { code } of COMPANIES) {
    const row = (table: string, name: string, more: JsonObject): JsonObject => ({
      [`${table}id`]: idOf(`${table}:${code}:${name}`),
      msdyn_name: name,
      _msdyn_company_value: idOf(`cdm_company:${code}`),
      ...more,
    });
    load(
      'msdyn_paymentterm',
      PAYMENT_TERMS.map(({ name, description, days }) =>
        row('msdyn_paymentterm', name, {
          msdyn_description: description,
          msdyn_days: days,
          msdyn_iscashpayment: days === 0,
        }),
      ),
    );
    load(
      'msdyn_paymentday',
      PAYMENT_DAYS.map(({ name, description }) =>
        row('msdyn_paymentday', name, { msdyn_description: description }),
      ),
    );
    load(
      'msdyn_paymentschedule',
      PAYMENT_SCHEDULES.map(({ name, description, count }) =>
        row('msdyn_paymentschedule', name, { msdyn_description: description, msdyn_numberofpayments: count }),
      ),
    );
    load(
      'msdyn_customerpaymentmethod',
      PAYMENT_METHODS.map(({ name, description }) =>
        row('msdyn_customerpaymentmethod', name, { msdyn_description: description }),
      ),
    );
  }
}
