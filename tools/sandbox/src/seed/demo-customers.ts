import type { JsonObject } from '../json/exact-json';
import { DemoMaker, hostOf, numbered } from './demo-maker';
import { personAccount } from './demo-persons';
import {
  CUSTOMER_GROUPS,
  PAYMENT_DAYS,
  PAYMENT_METHODS,
  PAYMENT_SCHEDULES,
  PAYMENT_TERMS,
  type DemoCompany,
} from './demo-setup';
import { vendorAccount } from './demo-vendors';
import { COMPANY_FORMS, FIRST_WORDS, TRADES } from './word-lists';

const HOLDS = [
  'No',
  'No',
  'No',
  'No',
  'No',
  'No',
  'No',
  'No',
  'Invoice',
  'All',
  'Payment',
  'Requisition',
  'Never',
];
const RATINGS = ['A', 'A', 'B', 'B', 'C', ''];

/** Customers of a company that are organizations; always the same ones. */
export function demoCustomers(company: DemoCompany): JsonObject[] {
  const maker = new CustomerMaker(company, company.code.charCodeAt(0) * 1000 + company.customerCount);
  return Array.from({ length: company.customerCount }, (_, index) => maker.make(index + 1));
}

class CustomerMaker extends DemoMaker {
  make(number: number): JsonObject {
    const { company } = this;
    const name = `${this.pick(FIRST_WORDS)} ${this.pick(TRADES)} ${this.pick(COMPANY_FORMS[company.country])}`;
    return {
      dataAreaId: company.code,
      CustomerAccount: account(company, number),
      PartyType: 'Organization',
      PartyNumber: numbered(`${company.prefix}P-`, number, 7),
      LanguageId: company.language,
      OrganizationName: name,
      OrganizationNumberOfEmployees: this.sometimes(0.7) ? 2 + this.below(4000, 3) : 0,
      CustomerGroupId: this.pick(CUSTOMER_GROUPS).id,
      SalesCurrencyCode: this.pick(company.currencies),
      SalesMemo: this.sometimes(0.3)
        ? `Agreed with ${this.pick(['purchasing', 'the owner', 'accounts', 'the branch office'])}: ${this.pick(['deliveries before noon', 'partial deliveries accepted', 'no deliveries on Fridays', 'call ahead'])}.`
        : '',
      IdentificationNumber: this.sometimes(0.5) ? this.digits(9) : '',
      IsOneTimeCustomer: this.sometimes(0.05) ? 'Yes' : 'No',
      PartyCountry: company.country === 'US' ? 'USA' : 'DEU',
      TaxExemptNumber: company.country === 'DE' && this.sometimes(0.8) ? `DE${this.digits(9)}` : '',
      // A few are billed through another customer of theirs.
      InvoiceAccount: number > 20 && this.sometimes(0.03) ? account(company, 1 + this.below(number - 1)) : '',
      InvoiceAddress: this.sometimes(0.1) ? 1 : 0,
      // Some sell to us, too, and some are spoken for by a person who is a customer as well.
      VendorAccount:
        number % 40 === 0 ? vendorAccount(company, ((number / 40) % company.vendorCount) + 1) : '',
      ContactPersonId:
        number % 25 === 0 ? personAccount(company, ((number / 25) % company.personCount) + 1) : '',
      ...this.credit(),
      ...this.payment(),
      ...this.contact(hostOf(name, number)),
      ...this.addresses(),
    };
  }

  private credit(): JsonObject {
    return {
      CreditLimit: this.sometimes(0.85) ? this.decimal(500, 250_000, this.pick([0, 2, 2, 4, 6, 8])) : 0,
      CreditLimitIsMandatory: this.sometimes(0.2) ? 'Yes' : 'No',
      CreditRating: this.pick(RATINGS),
      OnHoldStatus: this.pick(HOLDS),
    };
  }

  private payment(): JsonObject {
    return {
      PaymentTerms: this.sometimes(0.9) ? this.pick(PAYMENT_TERMS).name : '',
      PaymentMethod: this.sometimes(0.8) ? this.pick(PAYMENT_METHODS).name : '',
      PaymentSchedule: this.sometimes(0.2) ? this.pick(PAYMENT_SCHEDULES).name : '',
      PaymentDay: this.sometimes(0.25) ? this.pick(PAYMENT_DAYS).name : '',
      PaymentTermsBaseDays: this.sometimes(0.2) ? this.pick([5, 10, 15]) : 0,
    };
  }
}

function account(company: DemoCompany, number: number): string {
  return numbered(`${company.prefix}-`, number, 6);
}
