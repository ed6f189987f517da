import type { Cells, OperatorWrite, RefusedRow } from '@dualwrite/events';
import type { FreshRow } from '@dualwrite/proof';
import type { Column, TableSchema } from '@dualwrite/schemas';
import { bootstrapDocument, type BootstrapDocument } from './bootstrap-document';
import { BootstrapService } from './bootstrap-service';
import type { DataverseRows } from './dataverse-rows';

const column = (name: string, ...targets: string[]): [string, Column] => [
  name,
  {
    name,
    type: targets.length > 0 ? 'lookup' : 'string',
    nullable: true,
    ...(targets.length > 0 && {
      targets: targets.map((table) => ({ table, entitySet: `${table}s`, navigationProperty: name })),
    }),
  },
];
const ACCOUNT: TableSchema = {
  ...{ side: 'dataverse', table: 'account', entitySet: 'accounts', entityType: 'account' },
  ...{ key: ['accountid'], companyColumn: null },
  columns: new Map([
    column('accountid'),
    column('address1_country'),
    column('msdyn_company', 'cdm_company'),
    column('ownerid', 'systemuser', 'team'),
    column('owningbusinessunit', 'businessunit'),
  ]),
};
const US_ID = '00000000-0000-4000-8000-0000000000a1';
const DE_ID = '00000000-0000-4000-8000-0000000000a2';
const row = (nativeId: string, cells: Cells): FreshRow => ({ nativeId, version: `v-${nativeId}`, cells });
const without = (nativeId: string, cells: Cells): FreshRow =>
  row(nativeId, { msdyn_company: null, ...cells });

const TABLES: Readonly<Record<string, readonly FreshRow[]>> = {
  cdm_company: [row(US_ID, { cdm_companycode: 'USMF' }), row(DE_ID, { cdm_companycode: 'demf' })],
  team: [row('team-paris', { name: 'Paris sales' }), row('team-us', { name: 'USMF DW' })],
  systemuser: [row('user-ana', { fullname: 'Ana', domainname: 'ana@contoso.example' })],
  businessunit: [
    row('unit-root', { name: 'Contoso', parentbusinessunitid: null }),
    row('unit-us', { name: 'Contoso US', parentbusinessunitid: 'unit-root' }),
  ],
};
const ACCOUNTS = [
  without('1', { owningbusinessunit: 'unit-us', ownerid: 'team/x', address1_country: 'US' }),
  without('2', { owningbusinessunit: 'unit-root', ownerid: 'systemuser/user-ana', address1_country: null }),
  without('3', { owningbusinessunit: 'unit-us', ownerid: 'systemuser/user-ana', address1_country: null }),
  without('4', { owningbusinessunit: 'unit-root', ownerid: 'team/x', address1_country: 'FR' }),
  row('5', { msdyn_company: US_ID, owningbusinessunit: 'unit-us' }),
];

describe('BootstrapService', () => {
  const written: { table: string; rows: readonly OperatorWrite[]; reason: string }[] = [];
  let refused = new Map<string, RefusedRow>();
  beforeEach(() => {
    written.length = 0;
    refused = new Map();
  });
  const rows: Pick<DataverseRows, 'all' | 'withoutCompany'> = {
    all: (table) => Promise.resolve(TABLES[table] ?? []),
    withoutCompany: (_table, _columns, { cursor, limit }) => {
      const from = Number(cursor ?? 0);
      const to = from + limit;
      return Promise.resolve({
        rows: ACCOUNTS.slice(from, to),
        nextCursor: to < ACCOUNTS.length ? String(to) : null,
      });
    },
  };
  const service = new BootstrapService({
    rows: rows as DataverseRows,
    schemas: { find: (_side, table) => Promise.resolve(table === 'account' ? ACCOUNT : undefined) },
    writes: {
      write: (table, asked, reason) => {
        written.push({ table, rows: asked, reason });
        return Promise.resolve(refused);
      },
    },
    pageRowCount: 3,
  });
  const documentOf = (spec: object): BootstrapDocument =>
    bootstrapDocument.parse({
      ...{ apiVersion: 'dualwrite.io/v1', kind: 'CompanyBootstrap', metadata: { name: 'first' } },
      spec: { tables: ['account'], ...spec },
    });
  const RULES = [
    { company: 'usmf', businessUnit: 'contoso us' },
    { company: 'demf', owner: 'ana@contoso.example' },
  ];

  it('given rules by unit and owner, then each row has its company, or says why not, page by page', async () => {
    const document = documentOf({ rules: RULES });
    const first = await service.page({ document, cursor: null, apply: false, actor: 'ana' });
    const told = first.rows.map(({ id, outcome, companies, rules: by }) => [id, outcome, companies, by]);
    expect(told).toEqual([
      ['1', 'planned', ['usmf'], [0]],
      ['2', 'planned', ['demf'], [1]],
      ['3', 'several', ['demf', 'usmf'], [0, 1]],
    ]);
    const second = await service.page({ document, cursor: first.nextCursor, apply: false, actor: 'ana' });
    // The fifth has its company, whatever the side has handed over.
    expect(second.rows.map(({ id, outcome }) => [id, outcome])).toEqual([['4', 'none']]);
    expect([second.nextCursor, written]).toEqual([null, []]);
  });

  it('given a team that is missing, when it is applied, then it is made first, and owns the rows of its company', async () => {
    const document = documentOf({ rules: RULES, ownerTeams: 'owns' });
    const page = await service.page({ document, cursor: null, apply: true, actor: 'ana' });
    expect(page.teams.map(({ name, state }) => [name, state])).toEqual([
      ['DEMF DW', 'made'],
      ['USMF DW', 'there'],
    ]);
    const made = page.teams[0]?.id ?? '';
    const reason = 'company bootstrap first by ana';
    expect(written).toEqual([
      {
        ...{ table: 'team', reason },
        rows: [{ nativeId: made, expects: null, patch: { name: 'DEMF DW', businessunitid: 'unit-root' } }],
      },
      {
        ...{ table: 'account', reason },
        rows: [
          { nativeId: '1', expects: 'v-1', patch: { msdyn_company: US_ID, ownerid: 'team/team-us' } },
          { nativeId: '2', expects: 'v-2', patch: { msdyn_company: DE_ID, ownerid: `team/${made}` } },
        ],
      },
    ]);
  });

  it('given a row that somebody has changed meanwhile, then it is told as refused, and the others as written', async () => {
    refused = new Map([['2', { nativeId: '2', code: 'row-moved', text: 'somebody changed the row' }]]);
    const document = documentOf({ rules: RULES });
    const page = await service.page({ document, cursor: null, apply: true, actor: 'ana' });
    expect(page.rows.map(({ id, outcome, code }) => [id, outcome, code])).toEqual([
      ['1', 'written', null],
      ['2', 'refused', 'row-moved'],
      ['3', 'several', null],
    ]);
  });

  it('given a document that names what is not there, then all of it is told at once, and nothing is written', async () => {
    const document = documentOf({
      tables: ['account', 'lead'],
      rules: [
        { company: 'frrt', owner: 'Nobody' },
        { company: 'usmf', filter: 'no_column eq 1', tables: ['account'] },
      ],
    });
    const failure = await service
      .page({ document, cursor: null, apply: true, actor: 'ana' })
      .catch((error: unknown) => error as { getResponse(): { errors: { code: string; field: string }[] } });
    const { errors } = (
      failure as { getResponse(): { errors: { code: string; field: string }[] } }
    ).getResponse();
    expect(errors.map(({ field, code }) => [field, code])).toEqual([
      ['spec.rules[0].company', 'company-unknown'],
      ['spec.rules[0].owner', 'unknown-name'],
      ['spec.rules[1].filter', 'filter'],
      ['spec.tables', 'unknown-table'],
    ]);
    expect(written).toEqual([]);
  });

  it.each([
    [{ rules: [{ company: 'usmf' }] }, 'which rows are meant'],
    [{ rules: [{ company: 'usmf', filter: 'a eq 1', tables: ['contact'] }] }, 'contact is not among'],
    [{ rules: [] }, 'rules'],
  ])('given %j, then the document is refused, and says where', (spec, words) => {
    expect(() => documentOf(spec)).toThrow(words);
  });
});
