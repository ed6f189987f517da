import type { Side } from '@dualwrite/events';
import type { StackFile } from './demo-stack';

export const EDITOR = 'bench-editor';

/** One customer, by the paths of its row on both sides. */
export interface Customer {
  readonly path: Readonly<Record<Side, string>>;
}

type Row = Readonly<Record<string, unknown>>;

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
    return accounts.map((row) => ({
      path: {
        fo: `/data/CustomersV3(dataAreaId='${codes.get(row['_msdyn_company_value']) ?? ''}',CustomerAccount='${String(row['accountnumber'])}')`,
        dataverse: `/api/data/v9.2/accounts(${String(row['accountid'])})`,
      },
    }));
  }

  async edit(side: Side, customer: Customer, text: string): Promise<void> {
    const query = side === 'fo' ? '?cross-company=true' : '';
    const response = await fetch(`${this.stack[side].url}${customer.path[side]}${query}`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${await this.token(side)}`,
        'content-type': 'application/json',
        'if-match': '*',
      },
      body: JSON.stringify(side === 'fo' ? { SalesMemo: text } : { description: text }),
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${side} answered ${response.status} to an edit`);
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
