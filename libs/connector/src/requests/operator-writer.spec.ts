import type { Cells, JournalEntry, WriteRowsRequest } from '@dualwrite/events';
import type { TableSchema } from '@dualwrite/schemas';
import { DependencyRefused, SideUnavailable } from '@dualwrite/telemetry';
import type { ObservedTable, SideAnswer } from '../side-port';
import { OperatorWriter, type OperatorWriterOptions } from './operator-writer';

const SCHEMA: TableSchema = {
  ...{ side: 'dataverse', table: 'account', entitySet: 'accounts', entityType: 'account' },
  ...{ key: ['accountid'], companyColumn: null },
  columns: new Map(
    ['accountid', 'msdyn_company'].map((name) => [name, { name, type: 'string', nullable: true }] as const),
  ),
};
const request = (...ids: string[]): WriteRowsRequest => ({
  ...{ kind: 'write-rows', id: 'operator/r/0', side: 'dataverse', table: 'account', runId: 'r' },
  reason: 'company bootstrap first by ana',
  rows: ids.map((nativeId) => ({ nativeId, expects: 'v1', patch: { msdyn_company: 'c-1' } })),
});

/** A side with two rows that have no company. */
function aWorld({ isObserved = false } = {}) {
  const rows = new Map<string, { version: string; cells: Cells }>(
    ['1', '2'].map((id) => [id, { version: 'v1', cells: { accountid: id, msdyn_company: null } }]),
  );
  const said: { id: string; expects: string | null; isBulk: boolean | undefined }[] = [];
  const journal: JournalEntry[] = [];
  const looked: string[] = [];
  let answer: (id: string) => SideAnswer = () => ({ kind: 'done', row: undefined });
  const table = { schema: SCHEMA, table: 'account' } as ObservedTable;
  const options = {
    side: {
      readRows: (_: ObservedTable, ids: readonly string[]) =>
        Promise.resolve(new Map(ids.map((id) => [id, rows.get(id) ?? null]))),
      send: (
        _: ObservedTable,
        write: { nativeId: string; expects: string | null; patch: Cells; isBulk?: boolean },
      ) => {
        said.push({ id: write.nativeId, expects: write.expects, isBulk: write.isBulk });
        const answered = answer(write.nativeId);
        const before = rows.get(write.nativeId);
        if (before && (answered.kind === 'done' || answered.kind === 'lost'))
          rows.set(write.nativeId, { version: 'v2', cells: { ...before.cells, ...write.patch } });
        return Promise.resolve(answered);
      },
    },
    schemas: { find: (name: string) => Promise.resolve(name === 'account' ? SCHEMA : undefined) },
    tables: { find: () => (isObserved ? table : undefined), isObserved: () => isObserved },
    register: {
      look: (_: ObservedTable, ids: readonly string[]) => Promise.resolve(void looked.push(...ids)),
    },
    journal: {
      blank: (id: string) => ({ id }),
      append: (entry: JournalEntry) => Promise.resolve(void journal.push(entry)),
    },
  };
  const writer = new OperatorWriter(options as unknown as OperatorWriterOptions);
  return {
    ...{ rows, said, journal, looked },
    answers: (by: typeof answer) => (answer = by),
    write: (one: WriteRowsRequest) => writer.write(one, '00-0-0-00'),
  };
}

describe('OperatorWriter', () => {
  it('given rows as they were looked at, then each is written by its version, behind live changes, and told', async () => {
    const world = aWorld();
    expect(await world.write(request('1', '2'))).toEqual({ count: 2, refused: [] });
    expect(world.said).toEqual([
      { id: '1', expects: 'v1', isBulk: true },
      { id: '2', expects: 'v1', isBulk: true },
    ]);
    expect(world.journal.map(({ nativeId, code, text }) => [nativeId, code, text])).toEqual([
      ['1', null, 'company bootstrap first by ana: msdyn_company = c-1'],
      ['2', null, 'company bootstrap first by ana: msdyn_company = c-1'],
    ]);
    expect(world.looked).toEqual([]);
  });

  it('given an answer that is lost, when the request comes again, then the row is found done, and the rest is written', async () => {
    const world = aWorld();
    world.answers((id) => (id === '1' ? { kind: 'lost', text: 'cut' } : { kind: 'done', row: undefined }));
    await expect(world.write(request('1', '2'))).rejects.toThrow(SideUnavailable);
    expect(await world.write(request('1', '2'))).toEqual({ count: 2, refused: [] });
    expect(world.said.map(({ id }) => id)).toEqual(['1', '2']);
  });

  it('given a row that Dataverse refuses, and one that has moved, then both are told, and nothing is forced', async () => {
    const world = aWorld();
    world.rows.set('2', { version: 'v7', cells: { accountid: '2', msdyn_company: 'c-9' } });
    world.answers(() => ({ kind: 'rejected', code: '0x80040265', text: 'a plug-in says no' }));
    const { count, refused } = await world.write(request('1', '2', '3'));
    expect([count, refused.map(({ nativeId, code }) => [nativeId, code])]).toEqual([
      0,
      [
        ['1', '0x80040265'],
        ['2', 'row-moved'],
        ['3', 'row-gone'],
      ],
    ]);
    expect(world.said.map(({ id }) => id)).toEqual(['1']);
  });

  it('given a table that maps observe, then they hear of it as of any edit', async () => {
    const world = aWorld({ isObserved: true });
    await world.write(request('1'));
    expect(world.looked).toEqual(['1']);
  });

  it('given a table that is not there, then the request fails by name', async () => {
    await expect(aWorld().write({ ...request('1'), table: 'nothing' })).rejects.toThrow(DependencyRefused);
  });
});
