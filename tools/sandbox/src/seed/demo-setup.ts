/** What both sides of the demonstration know: companies, currencies, terms of payment and their like. */
export interface DemoCompany {
  code: string;
  country: 'US' | 'DE';
  prefix: string;
  name: string;
  /** What Dataverse still has: the first comparison finds something to do. */
  formerName: string;
  language: string;
  phone: string;
  currencies: readonly string[];
  /** Customers that are organizations. */
  customerCount: number;
  /** Customers that are persons. */
  personCount: number;
  vendorCount: number;
}

export const COMPANIES: readonly DemoCompany[] = [
  {
    code: 'usmf',
    country: 'US',
    prefix: 'US',
    name: 'Contoso Entertainment System USA',
    formerName: 'Contoso Ltd.',
    language: 'en-us',
    phone: '+1 206 555',
    currencies: ['USD', 'USD', 'USD', 'USD', 'CAD', 'EUR'],
    customerCount: 1200,
    personCount: 120,
    vendorCount: 180,
  },
  {
    code: 'demf',
    country: 'DE',
    prefix: 'DE',
    name: 'Contoso Entertainment System Germany',
    formerName: 'Contoso Deutschland GmbH',
    language: 'de',
    phone: '+49 30 555',
    currencies: ['EUR', 'EUR', 'EUR', 'EUR', 'CHF', 'DKK', 'GBP', 'PLN'],
    customerCount: 800,
    personCount: 80,
    vendorCount: 120,
  },
];

export const CURRENCIES = [
  { code: 'USD', name: 'US Dollar', symbol: '$', rate: '1' },
  { code: 'EUR', name: 'Euro', symbol: '€', rate: '0.9174' },
  { code: 'GBP', name: 'Pound sterling', symbol: '£', rate: '0.7862' },
  { code: 'CHF', name: 'Swiss franc', symbol: 'CHF', rate: '0.8831' },
  { code: 'DKK', name: 'Danish krone', symbol: 'kr', rate: '6.8427' },
  { code: 'PLN', name: 'Polish zloty', symbol: 'zł', rate: '3.9516' },
  { code: 'CAD', name: 'Canadian dollar', symbol: 'CA$', rate: '1.3568' },
];

/** Not in Dataverse yet, so that what points at them waits for a moment. */
export const NEW_IN_FO: readonly string[] = ['PLN', 'Net45'];

export const PAYMENT_TERMS: readonly {
  name: string;
  description: string;
  days: number;
  day?: string;
  schedule?: string;
}[] = [
  { name: 'Net10', description: 'Net 10 days', days: 10 },
  { name: 'Net14', description: 'Net 14 days', days: 14 },
  { name: 'Net30', description: 'Net 30 days', days: 30 },
  { name: 'Net45', description: 'Net 45 days', days: 45 },
  { name: 'Net60', description: 'Net 60 days', days: 60, day: 'EOM', schedule: '2x30' },
  { name: 'COD', description: 'Cash on delivery', days: 0 },
];

export const PAYMENT_DAYS = [
  { name: 'Fri', description: 'Fridays' },
  { name: '15th', description: 'Fifteenth of the month' },
  { name: 'EOM', description: 'End of month' },
];

export const PAYMENT_SCHEDULES = [
  { name: '2x30', description: 'Two instalments, 30 days apart', count: 2 },
  { name: '4x15', description: 'Four instalments, 15 days apart', count: 4 },
];

export const PAYMENT_METHODS = [
  { name: 'CHECK', description: 'Check' },
  { name: 'ELECTRONIC', description: 'Electronic payment' },
  { name: 'CARD', description: 'Credit card' },
  { name: 'SEPA', description: 'SEPA direct debit' },
];

export const VENDOR_GROUPS = [
  { id: '10', description: 'Parts vendors' },
  { id: '20', description: 'Service vendors' },
  { id: '30', description: 'Carriers' },
  { id: '40', description: 'Intercompany vendors' },
];

export const TAX_GROUPS = [
  { code: 'FULL', description: 'Full rate' },
  { code: 'REDUCED', description: 'Reduced rate' },
  { code: 'EXEMPT', description: 'Exempt' },
];

export const CUSTOMER_GROUPS = [
  { id: '10', description: 'Wholesale customers', term: 'Net30', clearing: 'Net10' },
  { id: '20', description: 'Major customers', term: 'Net60', clearing: 'Net14' },
  { id: '30', description: 'Retail customers', term: 'Net14', clearing: '' },
  { id: '40', description: 'Internet customers', term: 'COD', clearing: '' },
  { id: '50', description: 'Hotels and venues', term: 'Net30', clearing: 'Net10' },
  { id: '60', description: 'Schools and public bodies', term: 'Net45', clearing: 'Net14' },
  { id: '70', description: 'Export customers', term: 'Net60', clearing: 'Net30' },
  { id: '80', description: 'Intercompany customers', term: 'Net30', clearing: '' },
  { id: '90', description: 'Intercompany retail customers', term: '', clearing: '' },
  { id: '95', description: 'Spare parts dealers', term: 'Net10', clearing: 'Net10' },
];
