import type { TableSchema } from '@dualwrite/schemas';
import { configureLog, DependencyUnavailable } from '@dualwrite/telemetry';
import type { CallAnswer } from '../calls/call-answer';
import type { CallOrder } from '../calls/call-service';
import type { StoredMap } from '../map-store';
import { problem } from '../problems';
import type { AskedSave } from './asked-save';
import { SaveService } from './save-service';

const columns = [
  { name: 'name', type: 'string' as const, nullable: true },
  { name: 'opened', type: 'date' as const, nullable: true },
];
const schema: TableSchema = {
  side: 'dataverse',
  table: 'account',
  entitySet: 'accounts',
  entityType: 'account',
  key: ['accountid'],
  columns: new Map(columns.map((column) => [column.name, column])),
  companyColumn: null,
};

function aMap(
  name: string,
  { desired = 'running', table = 'account', unansweredSave = 'refuse' } = {},
): StoredMap {
  return {
    name,
    run: { desired },
    definition: {
      spec: {
        fo: { entity: 'CustomersV3' },
        dataverse: { table },
        policies: { unansweredSave },
        fields: [
          { fo: 'Name', dataverse: 'name' },
          { fo: 'Opened', dataverse: 'opened' },
        ],
      },
    },
  } as unknown as StoredMap;
}

const save: AskedSave = {
  kind: 'update',
  side: 'dataverse',
  table: 'account',
  row: 'guid',
  fields: { name: 'B', opened: '2026-01-01T00:00:00.000Z', fax: {} },
  before: { name: 'A', fax: 'x', opened: undefined },
};

describe('SaveService', () => {
  const orders: CallOrder[] = [];
  let answers: (Partial<CallAnswer> | Error)[] = [];
  let maps: StoredMap[] = [];
  const service = new SaveService({
    calls: {
      call: (order) => {
        orders.push(order);
        const answer = answers.shift() ?? {};
        if (answer instanceof Error) return Promise.reject(answer);
        const whole = {
          id: 'i',
          map: order.map,
          side: 'dataverse',
          row: 'guid',
          outcome: 'applied',
          by: null,
        };
        return Promise.resolve({
          ...whole,
          isFinal: true,
          code: null,
          text: null,
          target: null,
          ...answer,
        } as CallAnswer);
      },
    },
    maps: { list: () => Promise.resolve(maps) },
    schemas: { find: () => Promise.resolve(schema) },
  });
  beforeAll(() => configureLog({ level: 'silent' }));
  beforeEach(() => {
    orders.length = 0;
    answers = [];
    maps = [aMap('customers')];
  });

  const ask = (more: Partial<AskedSave> = {}) => service.ask({ ...save, ...more }, { deadlineMs: 1_000 });

  it('when a row is saved, then the map gets what it reads of it, and is told that the save comes', async () => {
    expect(await ask()).toMatchObject({ isLetThrough: true, code: 'applied' });
    expect(orders).toMatchObject([
      { map: 'customers', row: 'guid', cells: { name: 'B', opened: '2026-01-01' }, onlyMapped: true },
    ]);
    // Of what the row holds until then, what changes and can be read.
    expect(orders[0]?.saw).toEqual({ name: 'A' });
    expect(orders[0]?.savedWithinMs).toBeGreaterThan(120_000);
  });

  it('when a row is deleted, then the map is asked, though nothing of the row changes', async () => {
    expect(await ask({ kind: 'delete', fields: {} })).toMatchObject({ isLetThrough: true, code: 'applied' });
    expect(orders).toMatchObject([{ kind: 'delete', row: 'guid', cells: {} }]);
  });

  it.each(['row-there', 'not-deleted', 'nothing-to-delete', 'out-of-scope'])(
    'when nobody has to agree (%s), then the save goes on, whatever the policy',
    async (code) => {
      answers = [{ outcome: 'rejected', by: 'dualwrite', code, text: 'no' }];
      expect(await ask({ kind: 'delete', fields: {} })).toMatchObject({ isLetThrough: true, code });
    },
  );

  it('when maps are paused or of other tables, then nobody is asked', async () => {
    maps = [aMap('a', { desired: 'paused' }), aMap('b', { table: 'contact' })];
    expect(await ask()).toMatchObject({ isLetThrough: true, code: 'not-mapped' });
    expect(orders).toEqual([]);
  });

  it('when several maps have the row, then the first refusal ends it', async () => {
    maps = [aMap('a'), aMap('b'), aMap('c')];
    answers = [{}, { outcome: 'rejected', by: 'fo', code: 'x', text: 'no' }];
    expect(await ask()).toMatchObject({ isLetThrough: false, text: 'Finance and Operations: no' });
    expect(orders.map(({ map }) => map)).toEqual(['a', 'b']);
  });

  it.each([
    ['refuse', false],
    ['let-through', true],
  ])(
    'when nobody can be asked, then the policy of the map (%s) decides',
    async (unansweredSave, isLetThrough) => {
      maps = [aMap('a', { unansweredSave })];
      answers = [new DependencyUnavailable('away')];
      expect(await ask()).toMatchObject({ isLetThrough, code: 'not-asked' });
    },
  );

  it('when the row is not known, then nobody could object', async () => {
    answers = [problem(404, 'x', 'no row')];
    expect(await ask()).toMatchObject({ isLetThrough: true, code: 'row-unknown' });
  });

  it('when a value is not understood, then it is not taken for an empty one', async () => {
    expect(await ask({ fields: { name: undefined } })).toMatchObject({ isLetThrough: false });
    expect(orders).toEqual([]);
  });
});
