import type { SideAdmin } from '../control/side-admin';
import { idOf } from '../http/token-server';
import { ExactNumber, type JsonObject } from '../json/exact-json';
import { demoCustomers } from './demo-customers';
import { demoPersons } from './demo-persons';
import {
  COMPANIES,
  CURRENCIES,
  CUSTOMER_GROUPS,
  NEW_IN_FO,
  PAYMENT_DAYS,
  PAYMENT_METHODS,
  PAYMENT_SCHEDULES,
  PAYMENT_TERMS,
  TAX_GROUPS,
  VENDOR_GROUPS,
} from './demo-setup';
import { demoVendors } from './demo-vendors';

export type Seed = 'demo' | 'none';

type Load = (table: string, rows: JsonObject[]) => void;

/** Two companies, their customers and vendors, with all that those refer to. */
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
      PAYMENT_TERMS.map(({ name, description, days, day = '', schedule = '' }) => ({
        dataAreaId,
        Name: name,
        Description: description,
        NumberOfDays: days,
        PaymentMethodType: days === 0 ? 'cod' : 'net',
        IsCashPayment: days === 0 ? 'Yes' : 'No',
        PaymentDayName: day,
        PaymentScheduleName: schedule,
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
    load(
      'VendorGroups',
      VENDOR_GROUPS.map(({ id, description }) => ({
        dataAreaId,
        VendorGroupId: id,
        Description: description,
      })),
    );
    load(
      'VendorPaymentMethods',
      PAYMENT_METHODS.map(({ name, description }) => ({ dataAreaId, Name: name, Description: description })),
    );
    load(
      'SalesTaxGroups',
      TAX_GROUPS.map(({ code, description }) => ({
        dataAreaId,
        TaxGroupCode: code,
        Description: description,
      })),
    );
    load('CustomersV3', [...demoCustomers(company), ...demoPersons(company)]);
    load('VendorsV2', demoVendors(company));
  }
}

/**
 * The tables that are looked up. The companies are there with the names they once had, currencies and terms of payment
 * but for the newest; customers, their groups and vendors are not there at all.
 */
export function seedDataverse(seed: Seed, admin: SideAdmin, isThere: (table: string) => boolean): void {
  if (seed === 'none') return;
  const load: Load = (table, rows) => {
    if (isThere(table)) admin.loadRows(table, rows, { asUser: false });
  };
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
    CURRENCIES.filter(({ code }) => !NEW_IN_FO.includes(code)).map(({ code, name, symbol, rate }) => ({
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
      PAYMENT_TERMS.filter(({ name }) => !NEW_IN_FO.includes(name)).map(({ name, description, days }) =>
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
    load(
      'msdyn_vendorpaymentmethod',
      PAYMENT_METHODS.map(({ name, description }) =>
        row('msdyn_vendorpaymentmethod', name, { msdyn_description: description }),
      ),
    );
    load(
      'msdyn_taxgroup',
      TAX_GROUPS.map(({ code: name, description }) =>
        row('msdyn_taxgroup', name, { msdyn_description: description }),
      ),
    );
    load(
      'msdyn_vendorgroup',
      VENDOR_GROUPS.map(({ id, description }) => ({
        msdyn_vendorgroupid: idOf(`msdyn_vendorgroup:${code}:${id}`),
        msdyn_vendorgroup: id,
        _msdyn_company_value: idOf(`cdm_company:${code}`),
        msdyn_description: description,
      })),
    );
  }
}
