import { mulberry32 } from '../faults/fault-plan';
import { ExactNumber, type JsonObject } from '../json/exact-json';
import type { DemoCompany } from './demo-setup';
import { CITIES, STREETS, type City } from './word-lists';

export interface Place {
  readonly city: City;
  readonly street: string;
  readonly latitude: ExactNumber;
  readonly longitude: ExactNumber;
}

/** What people, customers and vendors of a company have in common: addresses, ways to reach them, and a seeded dice. */
export class DemoMaker {
  private readonly random: () => number;

  /** @param seed the same one makes the same rows */
  constructor(
    protected readonly company: DemoCompany,
    seed: number,
  ) {
    this.random = mulberry32(seed);
  }

  protected contact(host: string): JsonObject {
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

  protected addresses(): JsonObject {
    const delivery = this.pick(CITIES[this.company.country]);
    const invoice = this.sometimes(0.8) ? delivery : this.pick(CITIES[this.company.country]);
    return {
      PartyState: delivery.state,
      ...this.address('Address', delivery),
      ...this.address('DeliveryAddress', delivery),
      ...(this.sometimes(0.9) ? this.address('InvoiceAddress', invoice) : {}),
    };
  }

  protected address(prefix: string, city: City): JsonObject {
    const place = this.place(city);
    return {
      [`${prefix}City`]: city.name,
      [`${prefix}County`]: city.county,
      [`${prefix}State`]: city.state,
      [`${prefix}ZipCode`]: city.zip,
      [`${prefix}CountryRegionISOCode`]: this.company.country,
      [`${prefix}Street`]: place.street,
      [`${prefix}Latitude`]: place.latitude,
      [`${prefix}Longitude`]: place.longitude,
    };
  }

  protected place(city = this.pick(CITIES[this.company.country])): Place {
    const { country } = this.company;
    const number = 1 + this.below(900);
    const street = this.pick(STREETS[country]);
    return {
      city,
      street: country === 'US' ? `${number} ${street}` : `${street} ${number}`,
      latitude: this.near(city.latitude),
      longitude: this.near(city.longitude),
    };
  }

  private near(degrees: number): ExactNumber {
    return new ExactNumber((degrees + (this.random() - 0.5) / 10).toFixed(6));
  }

  /** A decimal text: more digits than a double keeps would be lost in a JS number. */
  protected decimal(low: number, high: number, digits: number): ExactNumber {
    const whole = Math.floor(low + this.random() ** 2 * (high - low));
    return new ExactNumber(digits === 0 ? String(whole) : `${whole}.${this.digits(digits)}`);
  }

  protected digits(count: number): string {
    return Array.from({ length: count }, () => Math.floor(this.random() * 10)).join('');
  }

  protected sometimes(share: number): boolean {
    return this.random() < share;
  }

  protected pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)] as T;
  }

  /** A whole number from 0 up to, not including, `below`; small ones are likelier the higher the power. */
  protected below(below: number, power = 1): number {
    return Math.floor(this.random() ** power * below);
  }
}

export function numbered(prefix: string, number: number, digits: number): string {
  return `${prefix}${String(number).padStart(digits, '0')}`;
}

export function hostOf(name: string, number: number): string {
  const words = name
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z]+/g, '-')
    .replace(/^-|-$/g, '');
  return `${words}-${number}.example`;
}
