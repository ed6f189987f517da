import { SIDES, type Side } from '@dualwrite/events';
import { unnest, type SqlExecutor } from '@dualwrite/persistence';
import type { QueryRunner } from 'typeorm';
import type { Expectation } from './expectation';
import type { ShadowFinding, ShadowWork } from './shadow-work';

type BySide = Record<Side, Expectation | null>;

/** What maps in shadow expect and have found, in the transactions of the pairs that it is about. */
export class ShadowStore {
  async load(runner: QueryRunner, pairIds: readonly string[]): Promise<ReadonlyMap<string, BySide>> {
    const rows = (await runner.query(
      `select pair_id as "pairId", side, kind, fields, expected_at as "expectedAt", is_told as "isTold"
       from shadow_expectation where pair_id = any($1)`,
      [pairIds],
    )) as (Omit<Expectation, 'expectedAtMs'> & { pairId: string; expectedAt: Date })[];
    const found = new Map<string, BySide>();
    for (const { pairId, expectedAt, ...row } of rows) {
      const bySide = found.get(pairId) ?? { fo: null, dataverse: null };
      bySide[row.side] = { ...row, expectedAtMs: expectedAt.getTime() };
      found.set(pairId, bySide);
    }
    return found;
  }

  /** @param slot line of the tally @param goneIds pairs that others have taken in */
  async save(
    executor: SqlExecutor,
    map: string,
    work: ShadowWork,
    { slot, goneIds }: { readonly slot: string; readonly goneIds: readonly string[] },
  ): Promise<void> {
    const changed = [...work.changed].filter((pairId) => !goneIds.includes(pairId));
    const all = changed.flatMap((pairId) =>
      SIDES.map((side) => ({ pairId, side, one: work.of(pairId)[side] })),
    );
    await this.remove(executor, [
      ...all.filter(({ one }) => one === null),
      ...goneIds.flatMap((pairId) => SIDES.map((side) => ({ pairId, side }))),
    ]);
    await this.put(
      executor,
      map,
      all.flatMap(({ pairId, one }) => (one === null ? [] : [{ pairId, ...one }])),
    );
    await this.tell(executor, map, work.findings);
    await this.count(executor, map, slot, work.findings);
  }

  /** The map is in shadow from now on: what an earlier time in shadow has found is told no more. */
  async begin(runner: QueryRunner, map: string): Promise<void> {
    for (const table of ['shadow_expectation', 'shadow_finding', 'shadow_tally'])
      await runner.query(`delete from ${table} where map = $1`, [map]);
  }

  /** What was expected is planned as usual from now on; what was found stays to be read. */
  async end(runner: QueryRunner, map: string): Promise<void> {
    await runner.query(
      `delete from due where pair_id in (select pair_id from shadow_expectation where map = $1)`,
      [map],
    );
    await runner.query(`delete from shadow_expectation where map = $1`, [map]);
  }

  private async remove(
    executor: SqlExecutor,
    gone: readonly { readonly pairId: string; readonly side: Side }[],
  ): Promise<void> {
    if (gone.length === 0) return;
    const rows = unnest(gone, { pair_id: ['uuid', (one) => one.pairId], side: ['text', (one) => one.side] });
    await executor.query(
      `delete from shadow_expectation e using ${rows.sql} where e.pair_id = input.pair_id and e.side = input.side`,
      rows.parameters,
    );
  }

  private async put(
    executor: SqlExecutor,
    map: string,
    expected: readonly (Expectation & { readonly pairId: string })[],
  ): Promise<void> {
    if (expected.length === 0) return;
    const rows = unnest(
      expected,
      {
        pair_id: ['uuid', (one) => one.pairId],
        side: ['text', (one) => one.side],
        kind: ['text', (one) => one.kind],
        fields: ['jsonb', (one) => one.fields],
        expected_at: ['timestamptz', (one) => new Date(one.expectedAtMs)],
        is_told: ['boolean', (one) => one.isTold],
      },
      { firstParameter: 2 },
    );
    await executor.query(
      `insert into shadow_expectation (pair_id, side, map, kind, fields, expected_at, is_told)
       select pair_id, side, $1, kind, fields, expected_at, is_told from ${rows.sql}
       on conflict (pair_id, side) do update set kind = excluded.kind, fields = excluded.fields,
         expected_at = excluded.expected_at, is_told = excluded.is_told`,
      [map, ...rows.parameters],
    );
  }

  private async tell(executor: SqlExecutor, map: string, findings: readonly ShadowFinding[]): Promise<void> {
    const told = findings.filter(isTold);
    if (told.length === 0) return;
    const rows = unnest(
      told,
      {
        pair_id: ['uuid', ({ pair }) => pair.pairId],
        key: ['text', ({ pair }) => pair.key],
        side: ['text', ({ side }) => side],
        kind: ['text', ({ kind }) => kind],
        outcome: ['text', ({ outcome }) => outcome],
        fo_id: ['text', ({ pair }) => pair.seen.fo.nativeId],
        dataverse_id: ['text', ({ pair }) => pair.seen.dataverse.nativeId],
        fields: ['jsonb', ({ fields }) => fields],
        expected_at: ['timestamptz', ({ expectedAtMs }) => new Date(expectedAtMs)],
      },
      { firstParameter: 2 },
    );
    await executor.query(
      `insert into shadow_finding
         (map, pair_id, key, side, kind, outcome, fo_id, dataverse_id, fields, expected_at, found_at)
       select $1, pair_id, key, side, kind, outcome, fo_id, dataverse_id, fields, expected_at, now()
       from ${rows.sql} order by n`,
      [map, ...rows.parameters],
    );
  }

  private async count(
    executor: SqlExecutor,
    map: string,
    slot: string,
    findings: readonly ShadowFinding[],
  ): Promise<void> {
    if (findings.length === 0) return;
    const counts = new Map<string, { side: Side; outcome: string; count: number }>();
    for (const { side, outcome } of findings) {
      const line = counts.get(`${side}/${outcome}`) ?? { side, outcome, count: 0 };
      counts.set(`${side}/${outcome}`, { ...line, count: line.count + 1 });
    }
    const rows = unnest(
      [...counts.values()],
      {
        side: ['text', (one) => one.side],
        outcome: ['text', (one) => one.outcome],
        count: ['bigint', (one) => one.count],
      },
      { firstParameter: 3 },
    );
    await executor.query(
      `insert into shadow_tally as t (map, slot, side, outcome, count)
       select $1, $2, side, outcome, count from ${rows.sql}
       on conflict (map, slot, side, outcome) do update set count = t.count + excluded.count`,
      [map, slot, ...rows.parameters],
    );
  }
}

/** What agrees, or came to nothing, is counted and told no further. */
export function isTold({ outcome }: Pick<ShadowFinding, 'outcome'>): boolean {
  return outcome !== 'agreed' && outcome !== 'withdrawn';
}
