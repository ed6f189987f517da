import type { Side } from '@dualwrite/events';
import { request } from 'undici';
import type { StackFile } from './demo-stack';

export const EDITOR = 'bench-editor';
/** `customertypecode` of a customer. */
const CUSTOMER = 3;

/** One customer that is on both sides. */
export interface Customer {
  /** As the journal names it. */
  readonly key: string;
  /** Of its row on each side. */
  readonly path: Readonly<Record<Side, string>>;
}

export type Row = Readonly<Record<string, unknown>>;

/** A person who edits customers through the vendors' own APIs. */
export class Editor {
  private readonly tokens = new Map<Side, string>();

  constructor(private readonly stack: StackFile) {}

  async customers(): Promise<readonly Customer[]> {
    const companies = await this.rows('dataverse', 'cdm_companies');
    const codes = new Map(
      companies.map((row) => [row['cdm_companyid'], String(row['cdm_companycode']).toLowerCase()]),
    );
    const accounts = await this.rows('dataverse', 'accounts');
    return accounts
      .filter((row) => row['customertypecode'] === CUSTOMER)
      .map((row) => {
        const company = codes.get(row['_msdyn_company_value']) ?? '';
        const number = String(row['accountnumber']);
        return {
          key: `${company}/${number}`,
          path: { fo: foPath(company, number), dataverse: dataversePath(String(row['accountid'])) },
        };
      });
  }

  /** All customers as the sides have them now, by side and path. */
  async rowsByPath(): Promise<ReadonlyMap<string, Row>> {
    const [fo, dataverse] = await Promise.all([
      this.rows('fo', 'CustomersV3'),
      this.rows('dataverse', 'accounts'),
    ]);
    return new Map([
      ...fo.map(
        (row) => [`fo ${foPath(String(row['dataAreaId']), String(row['CustomerAccount']))}`, row] as const,
      ),
      ...dataverse.map((row) => [`dataverse ${dataversePath(String(row['accountid']))}`, row] as const),
    ]);
  }

  edit(side: Side, customer: Customer, fields: Row): Promise<void> {
    return this.send(side, customer, 'PATCH', fields);
  }

  remove(side: Side, customer: Customer): Promise<void> {
    return this.send(side, customer, 'DELETE');
  }

  private async send(side: Side, customer: Customer, method: 'PATCH' | 'DELETE', body?: Row): Promise<void> {
    const query = side === 'fo' ? '?cross-company=true' : '';
    // The load runs on the machine that is measured: `fetch` takes several times the CPU.
    const { statusCode, body: answer } = await request(
      `${this.stack[side].url}${customer.path[side]}${query}`,
      {
        method,
        headers: {
          authorization: `Bearer ${await this.token(side)}`,
          'content-type': 'application/json',
          'if-match': '*',
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      },
    );
    await answer.dump();
    if (statusCode >= 300) throw new Error(`${side} answered ${statusCode} to ${method}`);
  }

  private async rows(side: Side, set: string): Promise<readonly Row[]> {
    const response = await fetch(`${this.stack[side].admin}/tables/${set}/rows`);
    return (await response.json()) as readonly Row[];
  }

  private async token(side: Side): Promise<string> {
    const known = this.tokens.get(side);
    if (known !== undefined) return known;
    const response = await fetch(this.stack.oauth.tokenUrl, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: EDITOR,
        client_secret: this.stack.oauth.clientSecret,
        scope: `${this.stack[side].url}/.default`,
      }),
    });
    const { access_token: token } = (await response.json()) as { access_token: string };
    this.tokens.set(side, token);
    return token;
  }
}

function foPath(company: string, account: string): string {
  return `/data/CustomersV3(dataAreaId='${company.toLowerCase()}',CustomerAccount='${account}')`;
}

function dataversePath(accountId: string): string {
  return `/api/data/v9.2/accounts(${accountId})`;
}
