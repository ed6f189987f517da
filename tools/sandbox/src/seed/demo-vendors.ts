import type { JsonObject } from '../json/exact-json';
import { DemoMaker, hostOf, numbered } from './demo-maker';
import { personAccount } from './demo-persons';
import {
  PAYMENT_DAYS,
  PAYMENT_METHODS,
  PAYMENT_SCHEDULES,
  PAYMENT_TERMS,
  TAX_GROUPS,
  VENDOR_GROUPS,
  type DemoCompany,
} from './demo-setup';
import { COMPANY_FORMS, FAMILY_NAMES, FIRST_WORDS, GIVEN_NAMES, TRADES } from './word-lists';

/** Vendors of a company; always the same ones. */
export function demoVendors(company: DemoCompany): JsonObject[] {
  const maker = new VendorMaker(company, company.code.charCodeAt(0) * 3000 + company.vendorCount);
  return Array.from({ length: company.vendorCount }, (_, index) => maker.make(index + 1));
}

export function vendorAccount(company: DemoCompany, number: number): string {
  return numbered(`${company.prefix}V-`, number, 5);
}

class VendorMaker extends DemoMaker {
  make(number: number): JsonObject {
    const { company } = this;
    const isPerson = this.sometimes(0.1);
    const first = this.pick(isPerson ? GIVEN_NAMES.female : FIRST_WORDS);
    const last = this.pick(isPerson ? FAMILY_NAMES : TRADES);
    const name = isPerson
      ? `${first} ${last}`
      : `${first} ${last} ${this.pick(COMPANY_FORMS[company.country])}`;
    return {
      dataAreaId: company.code,
      VendorAccountNumber: vendorAccount(company, number),
      VendorPartyType: isPerson ? 'person' : 'organization',
      VendorPartyNumber: numbered(`${company.prefix}S-`, number, 7),
      VendorOrganizationName: name,
      VendorKnownAsName: first,
      PersonFirstName: isPerson ? first : '',
      PersonLastName: isPerson ? last : '',
      PersonGender: isPerson ? 'Female' : '',
      PersonBirthYear: isPerson ? 1950 + this.below(50) : 0,
      OrganizationEmployeeAmount: isPerson ? 0 : 1 + this.below(900, 3),
      OrganizationNumber: this.sometimes(0.5) ? this.digits(8) : '',
      DUNSNumber: this.sometimes(0.3) ? this.digits(9) : '',
      LanguageId: company.language,
      IsOneTimeVendor: this.sometimes(0.05) ? 'Yes' : 'No',
      IsMinorityOwned: this.sometimes(0.1) ? 'Yes' : 'No',
      IsVendorLocallyOwned: this.sometimes(0.4) ? 'Yes' : 'No',
      IsWomanOwner: this.sometimes(0.2) ? 'Yes' : 'No',
      // A few are paid through another vendor.
      InvoiceVendorAccountNumber:
        number > 10 && this.sometimes(0.05) ? vendorAccount(company, 1 + this.below(number - 1)) : '',
      PrimaryContactPersonId:
        number % 10 === 0 ? personAccount(company, ((number / 10) % company.personCount) + 1) : '',
      ...this.terms(),
      ...this.reached(hostOf(name, number)),
      ...this.located(),
    };
  }

  private terms(): JsonObject {
    const isHeld = this.sometimes(0.04);
    return {
      VendorGroupId: this.pick(VENDOR_GROUPS).id,
      CurrencyCode: this.pick(this.company.currencies),
      CreditLimit: this.sometimes(0.6) ? this.decimal(500, 90_000, this.pick([0, 2, 2, 4])) : 0,
      CreditRating: this.pick(['A', 'B', 'B', 'C', '']),
      OnHoldStatus: isHeld ? this.pick(['invoice', 'all', 'payment']) : 'no',
      ...(isHeld ? { VendorHoldReleaseDate: '2027-03-31T12:00:00Z' } : {}),
      ArePricesIncludingSalesTax: this.sometimes(0.1) ? 'Yes' : 'No',
      SalesTaxGroupCode: this.sometimes(0.7) ? this.pick(TAX_GROUPS).code : '',
      DefaultPaymentTermsName: this.sometimes(0.9) ? this.pick(PAYMENT_TERMS).name : '',
      DefaultVendorPaymentMethodName: this.sometimes(0.8) ? this.pick(PAYMENT_METHODS).name : '',
      DefaultPaymentScheduleName: this.sometimes(0.1) ? this.pick(PAYMENT_SCHEDULES).name : '',
      DefaultPaymentDayName: this.sometimes(0.2) ? this.pick(PAYMENT_DAYS).name : '',
    };
  }

  private reached(host: string): JsonObject {
    return {
      PrimaryEmailAddress: `sales@${host}`,
      PrimaryEmailAddressDescription: this.sometimes(0.3) ? 'Sales' : '',
      PrimaryPhoneNumber: `${this.company.phone} ${this.digits(4)}`,
      PrimaryPhoneNumberDescription: this.sometimes(0.3) ? 'Switchboard' : '',
      PrimaryURL: this.sometimes(0.7) ? `https://www.${host}` : '',
    };
  }

  private located(): JsonObject {
    const place = this.place();
    return {
      AddressCity: place.city.name,
      AddressCountyId: place.city.county,
      AddressStateId: place.city.state,
      AddressZipCode: place.city.zip,
      AddressCountryRegionId: this.company.country === 'US' ? 'USA' : 'DEU',
      AddressCountryRegionISOCode: this.company.country,
      AddressStreet: place.street,
      AddressLatitude: place.latitude,
      AddressLongitude: place.longitude,
      FormattedPrimaryAddress: `${place.street}\n${place.city.name}`,
    };
  }
}
