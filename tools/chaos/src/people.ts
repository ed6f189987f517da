import type { Side } from '@dualwrite/events';
import {
  DATAVERSE_ACCOUNTS,
  FO_CUSTOMERS,
  foCustomerPath,
  navigationProperties,
  type RunningStack,
} from '@dualwrite/e2e';
import type { Act } from './plan';
import { COMPANY, CURRENCY } from './seed-rows';
import { CUSTOMERS, GROUPS, type Subject, type TrackedField } from './subjects';

const FO_GROUPS = '/data/CustomerGroups';
const DATAVERSE_GROUPS = '/api/data/v9.2/msdyn_customergroups';

/** Everybody who works with the two systems, past all of the product. What came of it is for the sides' logs to tell. */
export class People {
  /** Answers that are no success: a row that is gone, a key that is taken. */
  refusedCount = 0;
  private readonly customers: string[];
  private readonly groups: string[];
  private readonly deleted: string[] = [];
  private lookups: Promise<Readonly<Record<string, string>>> | undefined;

  constructor(
    private readonly stack: RunningStack,
    seeded: { readonly customers: readonly string[]; readonly groups: readonly string[] },
  ) {
    this.customers = [...seeded.customers];
    this.groups = [...seeded.groups];
  }

  async act(act: Act): Promise<void> {
    switch (act.kind) {
      case 'edit':
        return this.edit(act, act.side, CUSTOMERS, at(this.customers, act.row));
      case 'edit-group':
        return this.edit(act, act.side, GROUPS, at(this.groups, act.row));
      case 'clash': {
        const account = at(this.customers, act.row);
        const [field = 0] = act.fields;
        const both = { ...act, fields: [field] };
        await Promise.all([
          this.edit(both, 'fo', CUSTOMERS, account),
          this.edit(both, 'dataverse', CUSTOMERS, account),
        ]);
        return;
      }
      case 'create':
        return this.create(act, `N-${String(act.n).padStart(5, '0')}`);
      case 'create-again':
        return this.createAgain(act);
      case 'create-group':
        return this.createGroup(act, `G${act.n}`);
      case 'delete':
        return this.delete(act);
    }
  }

  private async edit(act: Act, side: Side, subject: Subject, code: string | undefined): Promise<void> {
    const path = code === undefined ? undefined : await this.pathOf(side, subject, code);
    if (path === undefined) return;
    const fields = act.fields.map((one) => at(subject.fields, one) as TrackedField);
    await this.send(side, 'PATCH', path, valuesFor(act, side, fields));
  }

  private async delete(act: Act): Promise<void> {
    const account = at(this.customers, act.row);
    const path = account === undefined ? undefined : await this.pathOf(act.side, CUSTOMERS, account);
    if (account === undefined || path === undefined) return;
    if (!(await this.send(act.side, 'DELETE', path))) return;
    this.customers.splice(this.customers.indexOf(account), 1);
    this.deleted.push(account);
  }

  /** A key whose row is gone on both sides, as far as anybody sees, is given to a new one. */
  private async createAgain(act: Act): Promise<void> {
    const account = at(this.deleted, act.row);
    if (account === undefined) return;
    const paths = await Promise.all(
      (['fo', 'dataverse'] as const).map((side) => this.pathOf(side, CUSTOMERS, account)),
    );
    const isThere = await Promise.all([
      this.stack.person.send('fo', 'GET', paths[0] ?? '').then(({ status }) => status !== 404),
      paths[1] !== undefined,
    ]);
    if (isThere.includes(true)) return;
    this.deleted.splice(this.deleted.indexOf(account), 1);
    await this.create(act, account);
  }

  private async create(act: Act, account: string): Promise<void> {
    const group = at(this.groups, act.fields[0] ?? 0) ?? '';
    const values = valuesFor(act, act.side, CUSTOMERS.fields);
    const isMade =
      act.side === 'fo'
        ? await this.send('fo', 'POST', `${FO_CUSTOMERS}?cross-company=true`, {
            dataAreaId: COMPANY,
            CustomerAccount: account,
            PartyType: 'Organization',
            LanguageId: 'en-us',
            CustomerGroupId: group,
            SalesCurrencyCode: CURRENCY,
            ...values,
          })
        : await this.send('dataverse', 'POST', DATAVERSE_ACCOUNTS, {
            accountnumber: account,
            customertypecode: 3,
            ...(await this.accountLookups(group)),
            ...values,
          });
    if (isMade) this.customers.push(account);
  }

  private async createGroup(act: Act, id: string): Promise<void> {
    const isMade = await this.send('fo', 'POST', `${FO_GROUPS}?cross-company=true`, {
      dataAreaId: COMPANY,
      CustomerGroupId: id,
      ...valuesFor(act, 'fo', GROUPS.fields),
    });
    if (isMade) this.groups.push(id);
  }

  /** Address of a row; in Dataverse by its id, as long as it is there. */
  private async pathOf(side: Side, subject: Subject, code: string): Promise<string | undefined> {
    if (side === 'fo')
      return subject === CUSTOMERS
        ? foCustomerPath(COMPANY, code)
        : `${FO_GROUPS}(dataAreaId='${COMPANY}',CustomerGroupId='${code}')?cross-company=true`;
    const set = subject === CUSTOMERS ? DATAVERSE_ACCOUNTS : DATAVERSE_GROUPS;
    const filter = encodeURIComponent(`${subject.keyColumn.dataverse} eq '${code}'`);
    const found = await this.stack.person.get(
      'dataverse',
      `${set}?$select=${subject.idColumn}&$filter=${filter}`,
    );
    const [row] = found['value'] as readonly Readonly<Record<string, unknown>>[];
    return row && `${set}(${String(row[subject.idColumn])})`;
  }

  /** Company, currency and group; a group that Dataverse does not have yet cannot be chosen there. */
  private async accountLookups(group: string): Promise<Readonly<Record<string, string>>> {
    this.lookups ??= this.readLookups();
    const { group: property = '', ...fixed } = await this.lookups;
    const path =
      (await this.pathOf('dataverse', GROUPS, group)) ??
      (await this.pathOf('dataverse', GROUPS, this.groups[0] ?? ''));
    return path === undefined ? fixed : { ...fixed, [property]: path.slice(path.lastIndexOf('/')) };
  }

  private async readLookups(): Promise<Readonly<Record<string, string>>> {
    const names = await navigationProperties(this.stack, 'account');
    const bind = (column: string): string => `${names.get(column) ?? column}@odata.bind`;
    const dataverse = await this.stack.sandbox('dataverse');
    const [company] = await dataverse.rows('cdm_companies');
    const [currency] = await dataverse.rows('transactioncurrencies');
    return {
      [bind('msdyn_company')]: `/cdm_companies(${String(company?.['cdm_companyid'])})`,
      [bind('transactioncurrencyid')]:
        `/transactioncurrencies(${String(currency?.['transactioncurrencyid'])})`,
      group: bind('msdyn_customergroupid'),
    };
  }

  /** @returns whether it was done */
  private async send(
    side: Side,
    method: string,
    path: string,
    body?: Readonly<Record<string, unknown>>,
  ): Promise<boolean> {
    const { status, body: answer } = await this.stack.person.send(side, method, path, body);
    if (status < 300) return true;
    // A row that somebody has just deleted, a key that somebody has just taken: people shrug and go on.
    if (![404, 409, 412].includes(status) && !isDuplicate(answer))
      throw new Error(`${side} answered ${status} to ${method} ${path}: ${JSON.stringify(answer)}`);
    this.refusedCount += 1;
    return false;
  }
}

function isDuplicate(answer: unknown): boolean {
  return /duplicate|already exists/i.test(JSON.stringify(answer));
}

function at<T>(list: readonly T[], share: number): T | undefined {
  return list[Math.floor(share * list.length)];
}

/** Every value is written once in a run: wherever it turns up, it tells where it comes from. */
function valuesFor(act: Act, side: Side, fields: readonly TrackedField[]): Readonly<Record<string, string>> {
  const mark = side === 'fo' ? 'f' : 'd';
  return Object.fromEntries(fields.map(({ name, column }) => [column[side], `${mark}${act.n}-${name}`]));
}
