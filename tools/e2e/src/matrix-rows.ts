import type { Side } from '@dualwrite/events';
import { companyCodes } from './customers';
import { eventually } from './eventually';
import type { Operation } from './fault-matrix';
import type { RunningStack } from './running-stack';
import type { Row } from './sandbox-side';

export const MATRIX_MAP = 'customergroups-msdyn_customergroups';
/** As each side calls the table in faults, the set of rows, and the columns of key and text. */
export const TABLES = {
  fo: { set: 'CustomerGroups', id: 'CustomerGroupId', text: 'Description' },
  dataverse: { set: 'msdyn_customergroups', id: 'msdyn_groupid', text: 'msdyn_description' },
} as const;
const DATAVERSE_PATH = `/api/data/v9.2/${TABLES.dataverse.set}`;

/** Customer groups of one company, as a person makes, edits and deletes them, and as both sides show them. */
export class MatrixRows {
  private constructor(
    private readonly stack: RunningStack,
    private readonly company: { readonly id: string; readonly code: string },
    private readonly companyBind: string,
  ) {}

  static async of(stack: RunningStack): Promise<MatrixRows> {
    const company = await eventually(async () => [...(await companyCodes(stack))][0], {
      what: 'there is a company',
    });
    const definition = await stack.person.get(
      'dataverse',
      "/api/data/v9.2/EntityDefinitions(LogicalName='msdyn_customergroup')/ManyToOneRelationships",
    );
    const relation = (definition['value'] as Row[]).find(
      (row) => row['ReferencingAttribute'] === 'msdyn_company',
    );
    const bind = String(relation?.['ReferencingEntityNavigationPropertyName'] ?? 'msdyn_company');
    return new MatrixRows(stack, { id: company[0], code: company[1] }, bind);
  }

  keyOf(id: string): string {
    return `${this.company.code}/${id}`;
  }

  async act(side: Side, operation: Operation, id: string, text: string): Promise<void> {
    const { person } = this.stack;
    if (side === 'fo') {
      const path = `/data/CustomerGroups(dataAreaId='${this.company.code}',CustomerGroupId='${id}')?cross-company=true`;
      if (operation === 'delete') return person.delete('fo', path);
      if (operation === 'update') return person.patch('fo', path, { Description: text });
      const row = { dataAreaId: this.company.code, CustomerGroupId: id, Description: text };
      return person.post('fo', '/data/CustomerGroups?cross-company=true', row);
    }
    if (operation === 'create') {
      return person.post('dataverse', DATAVERSE_PATH, {
        ...{ msdyn_groupid: id, msdyn_description: text },
        [`${this.companyBind}@odata.bind`]: `/cdm_companies(${this.company.id})`,
      });
    }
    const row = (await this.rows('dataverse')).get(id);
    const path = `${DATAVERSE_PATH}(${String(row?.['msdyn_customergroupid'])})`;
    if (operation === 'delete') return person.delete('dataverse', path);
    return person.patch('dataverse', path, { msdyn_description: text });
  }

  /** Texts by id on each side; a row that is not there has none. */
  async texts(): Promise<Readonly<Record<Side, ReadonlyMap<string, string>>>> {
    const [fo, dataverse] = await Promise.all([this.rows('fo'), this.rows('dataverse')]);
    const textsOf = (side: Side, rows: ReadonlyMap<string, Row>): ReadonlyMap<string, string> =>
      new Map([...rows].map(([id, row]) => [id, String(row[TABLES[side].text])]));
    return { fo: textsOf('fo', fo), dataverse: textsOf('dataverse', dataverse) };
  }

  private async rows(side: Side): Promise<ReadonlyMap<string, Row>> {
    const all = await (await this.stack.sandbox(side)).rows(TABLES[side].set);
    return new Map(all.map((row) => [String(row[TABLES[side].id]), row]));
  }
}
