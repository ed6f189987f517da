import { mulberry32 } from '../faults/fault-plan';
import { ExactNumber, type JsonObject } from '../json/exact-json';
import {
  CUSTOMER_GROUPS,
  PAYMENT_DAYS,
  PAYMENT_METHODS,
  PAYMENT_SCHEDULES,
  PAYMENT_TERMS,
  type DemoCompany,
} from './demo-setup';
import { CITIES, FIRST_WORDS, STREETS, TRADES, type City } from './word-lists';

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
const FORMS = { US: ['Inc.', 'LLC', 'Corp.', 'Co.'], DE: ['GmbH', 'AG', 'KG', 'OHG'] };

/** The customers of a company; always the same ones. */
export function demoCustomers(company: DemoCompany): JsonObject[] {
  const random = mulberry32(company.code.charCodeAt(0) * 1000 + company.customerCount);
  return Array.from({ length: company.customerCount }, (_, index) =>
    new CustomerMaker(company, random).make(index + 1),
  );
}

class CustomerMaker {
  constructor(
    private readonly company: DemoCompany,
    private readonly random: () => number,
  ) {}

  make(number: number): JsonObject {
    const { company } = this;
    const name = `${this.pick(FIRST_WORDS)} ${this.pick(TRADES)} ${this.pick(FORMS[company.country])}`;
    const host = `${name
      .toLowerCase()
      .normalize('NFD')
      .replace(/[\u0300-\u036f]/g, '')
      .replace(/[^a-z]+/g, '-')
      .replace(/^-|-$/g, '')}-${number}.example`;
    return {
      dataAreaId: company.code,
      CustomerAccount: account(company, number),
      PartyType: 'Organization',
      PartyNumber: `${company.prefix}P-${String(number).padStart(7, '0')}`,
      LanguageId: company.language,
      OrganizationName: name,
      OrganizationNumberOfEmployees: this.sometimes(0.7) ? Math.floor(2 + this.random() ** 3 * 4000) : 0,
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
      InvoiceAccount:
        number > 20 && this.sometimes(0.03)
          ? account(company, 1 + Math.floor(this.random() * (number - 1)))
          : '',
      InvoiceAddress: this.sometimes(0.1) ? 1 : 0,
      VendorAccount: '',
      ContactPersonId: '',
      ...this.credit(),
      ...this.payment(),
      ...this.contact(host),
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

  private contact(host: string): JsonObject {
    const hasFax = this.sometimes(0.3);
    const hasSocial = this.sometimes(0.35);
    const handle = host.replace('.example', '').slice(0, 60);
    const hasExtension = this.sometimes(0.4);
    return {
      PrimaryContactEmail: `office@${host}`,
      PrimaryContactEmailDescription: this.sometimes(0.4) ? 'Office' : '',
      PrimaryContactPhone: `${this.company.phone} ${this.digits(4)}`,
      PrimaryContactPhoneDescription: this.sometimes(0.4) ? 'Switchboard' : '',
      PrimaryContactPhoneExtension: hasExtension ? this.digits(3) : '',
      PrimaryContactFax: hasFax ? `${this.company.phone} ${this.digits(4)}` : '',
      PrimaryContactFaxDescription: hasFax ? 'Orders' : '',
      PrimaryContactFaxExtension: hasFax && this.sometimes(0.3) ? this.digits(2) : '',
      PrimaryContactURL: this.sometimes(0.8) ? `https://www.${host}` : '',
      PrimaryContactURLDescription: this.sometimes(0.3) ? 'Web site' : '',
      PrimaryContactFacebook: hasSocial ? `facebook.example/${handle}` : '',
      PrimaryContactFacebookDescription: hasSocial ? 'Page' : '',
      PrimaryContactLinkedIn: hasSocial ? `linkedin.example/company/${handle}` : '',
      PrimaryContactLinkedInDescription: hasSocial ? 'Company' : '',
      PrimaryContactTwitter: hasSocial && this.sometimes(0.5) ? `@${handle}` : '',
      PrimaryContactTwitterDescription: hasSocial && this.sometimes(0.3) ? 'News' : '',
    };
  }

  private addresses(): JsonObject {
    const delivery = this.pick(CITIES[this.company.country]);
    const invoice = this.sometimes(0.8) ? delivery : this.pick(CITIES[this.company.country]);
    return {
      PartyState: delivery.state,
      ...this.address('Address', delivery),
      ...this.address('DeliveryAddress', delivery),
      ...(this.sometimes(0.9) ? this.address('InvoiceAddress', invoice) : {}),
    };
  }

  private address(prefix: string, city: City): JsonObject {
    const { country } = this.company;
    const number = 1 + Math.floor(this.random() * 900);
    const street = this.pick(STREETS[country]);
    return {
      [`${prefix}City`]: city.name,
      [`${prefix}County`]: city.county,
      [`${prefix}State`]: city.state,
      [`${prefix}ZipCode`]: city.zip,
      [`${prefix}CountryRegionISOCode`]: country,
      [`${prefix}Street`]: country === 'US' ? `${number} ${street}` : `${street} ${number}`,
      [`${prefix}Latitude`]: new ExactNumber((city.latitude + (this.random() - 0.5) / 10).toFixed(6)),
      [`${prefix}Longitude`]: new ExactNumber((city.longitude + (this.random() - 0.5) / 10).toFixed(6)),
    };
  }

  /** A decimal text: more digits than a double keeps would be lost in a JS number. */
  private decimal(low: number, high: number, digits: number): ExactNumber {
    const whole = Math.floor(low + this.random() ** 2 * (high - low));
    return new ExactNumber(digits === 0 ? String(whole) : `${whole}.${this.digits(digits)}`);
  }

  private digits(count: number): string {
    return Array.from({ length: count }, () => Math.floor(this.random() * 10)).join('');
  }

  private sometimes(share: number): boolean {
    return this.random() < share;
  }

  private pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)] as T;
  }
}

function account(company: DemoCompany, number: number): string {
  return `${company.prefix}-${String(number).padStart(6, '0')}`;
}
