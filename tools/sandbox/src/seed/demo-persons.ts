import type { JsonObject } from '../json/exact-json';
import { DemoMaker, hostOf, numbered } from './demo-maker';
import { CUSTOMER_GROUPS, type DemoCompany } from './demo-setup';
import { FAMILY_NAMES, GIVEN_NAMES } from './word-lists';

/** Customers of a company that are persons; always the same ones. */
export function demoPersons(company: DemoCompany): JsonObject[] {
  const maker = new PersonMaker(company, company.code.charCodeAt(0) * 2000 + company.personCount);
  return Array.from({ length: company.personCount }, (_, index) => maker.make(index + 1));
}

export function personAccount(company: DemoCompany, number: number): string {
  return numbered(`${company.prefix}-P`, number, 5);
}

class PersonMaker extends DemoMaker {
  make(number: number): JsonObject {
    const { company } = this;
    const gender = this.pick(['female', 'male'] as const);
    const first = this.pick(GIVEN_NAMES[gender]);
    const last = this.pick(FAMILY_NAMES);
    return {
      dataAreaId: company.code,
      CustomerAccount: personAccount(company, number),
      PartyType: 'Person',
      PartyNumber: numbered(`${company.prefix}N-`, number, 7),
      LanguageId: company.language,
      PersonFirstName: first,
      PersonMiddleName: this.sometimes(0.2) ? this.pick(GIVEN_NAMES[gender]) : '',
      PersonLastName: last,
      PersonProfessionalTitle: this.sometimes(0.4)
        ? this.pick(['Owner', 'Buyer', 'Head of Purchasing', 'Architect', 'Physician'])
        : '',
      PersonGender: this.sometimes(0.8) ? (gender === 'female' ? 'Female' : 'Male') : '',
      PersonMaritalStatus: this.sometimes(0.5)
        ? this.pick(['Single', 'Married', 'Divorced', 'Widowhood'])
        : '',
      CustomerGroupId: this.pick(CUSTOMER_GROUPS.filter(({ id }) => id === '30' || id === '40')).id,
      SalesCurrencyCode: this.pick(company.currencies),
      SalesMemo: this.sometimes(0.2) ? 'Rings before coming.' : '',
      IdentificationNumber: this.sometimes(0.3) ? this.digits(9) : '',
      PartyCountry: company.country === 'US' ? 'USA' : 'DEU',
      AddressLocationRoles: 'Business',
      AddressPostbox: this.sometimes(0.1) ? this.digits(5) : '',
      ...this.contact(hostOf(`${first} ${last}`, number)),
      ...this.addresses(),
    };
  }
}
