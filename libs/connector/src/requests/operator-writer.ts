import { randomUUID } from 'node:crypto';
import type { OperatorWrite, RefusedRow, WriteRowsRequest } from '@dualwrite/events';
import { DependencyRefused, SideUnavailable, traceIdOf } from '@dualwrite/telemetry';
import type { SideRow } from '../core/register-entry';
import type { Journal } from '../register/journal';
import type { Register } from '../register/register';
import type { ObservedTable, SideAnswer, SidePort } from '../side-port';
import type { SchemaCache } from '../tables/schema-cache';
import type { TrackedTables } from '../tables/tracked-tables';
import type { KeyedWrite } from '../writes/write-executor';
import { waitAfterMs } from '../writes/send-answer';
import { lookBefore } from './look-before';

export interface OperatorWriterOptions {
  readonly register: Register;
  readonly side: SidePort;
  readonly schemas: SchemaCache;
  readonly tables: Pick<TrackedTables, 'find' | 'isObserved'>;
  readonly journal: Journal;
}

export interface OperatorWritten {
  /** Rows that are as they were wanted, whoever made them so. */
  readonly count: number;
  readonly refused: readonly RefusedRow[];
}

/** A lost answer: the request comes again soon, and looks first. */
const LOST_AGAIN_MS = 500;

/**
 * Writes that an operator asks for and no map plans. For the protocol they are the edits of a person: each goes by the
 * version that was seen (rule 9), and whoever observes the table hears of it as of any edit. All rows are looked at
 * first, so that the same request may come as often as it likes.
 */
export class OperatorWriter {
  constructor(private readonly options: OperatorWriterOptions) {}

  /** @throws {SideUnavailable} come again with the same request */
  async write(request: WriteRowsRequest, traceparent: string): Promise<OperatorWritten> {
    const table = await this.tableOf(request);
    const refused: RefusedRow[] = [];
    const seen = await this.options.side.readRows(
      table,
      request.rows.map(({ nativeId }) => nativeId),
    );
    for (const row of request.rows) {
      const refusal = await this.writeOne(table, request, row, seen.get(row.nativeId) ?? null);
      if (refusal !== null) refused.push({ nativeId: row.nativeId, ...refusal });
      await this.journalOf(request, row, refusal, traceparent);
    }
    const observed = this.options.tables.find(request.table);
    if (observed !== undefined && this.options.tables.isObserved(request.table)) {
      const ids = request.rows.map(({ nativeId }) => nativeId);
      await this.options.register.look(observed, ids, 'read');
    }
    return { count: request.rows.length - refused.length, refused };
  }

  private async writeOne(
    table: ObservedTable,
    request: WriteRowsRequest,
    row: OperatorWrite,
    seen: SideRow | null,
  ): Promise<Omit<RefusedRow, 'nativeId'> | null> {
    const before = lookBefore(row, seen);
    if (before.do === 'nothing') return null;
    if (before.do === 'refuse') return before.why;
    return refusalOf(await this.options.side.send(table, asWrite(request, row)));
  }

  /** The table need not be any map's: companies are given before the maps run. */
  private async tableOf({ table: name, rows }: WriteRowsRequest): Promise<ObservedTable> {
    const columns = [...new Set(rows.flatMap(({ patch }) => Object.keys(patch)))];
    const schema = await this.options.schemas.find(name, columns);
    const missing = columns.filter((column) => schema?.columns.has(column) !== true);
    if (schema === undefined || missing.length > 0) {
      const lacks = schema === undefined ? 'is not there' : `has no column ${missing.join(', ')}`;
      throw new DependencyRefused(`${name} ${lacks}`, { table: name });
    }
    const wanted = [...new Set([...schema.key, ...columns])];
    return { schema, table: name, columns: wanted, kind: 'mapped', columnSet: '' };
  }

  private journalOf(
    { table, reason, id, side }: WriteRowsRequest,
    { nativeId, patch }: OperatorWrite,
    refusal: Omit<RefusedRow, 'nativeId'> | null,
    traceparent: string,
  ): Promise<void> {
    const { journal } = this.options;
    const severity = refusal === null ? 'info' : 'warning';
    const changed = Object.entries(patch).map(([column, cell]) => `${column} = ${String(cell ?? 'empty')}`);
    const said = refusal === null ? `${reason}: ${changed.join(', ')}` : `${reason}: ${refusal.text}`;
    return journal.append(
      {
        ...journal.blank(`${id}/${nativeId}`, 'written-by-operator', severity),
        table,
        nativeId,
        rowId: nativeId,
        code: refusal?.code ?? null,
        text: said,
        fields: Object.entries(patch).map(([field, cell]) => ({ field, [side]: cell })),
        traceId: traceIdOf(traceparent),
      },
      traceparent,
    );
  }
}

/** Null: it was done. @throws {SideUnavailable} nobody knows, or not now */
function refusalOf(answer: SideAnswer): Omit<RefusedRow, 'nativeId'> | null {
  switch (answer.kind) {
    case 'done':
      return null;
    case 'rejected':
    case 'duplicate':
      return { code: answer.code, text: answer.text };
    case 'precondition-failed':
      return { code: 'row-moved', text: 'somebody changed the row meanwhile' };
    case 'not-found':
      return { code: 'row-gone', text: 'the row was deleted meanwhile' };
    case 'lost':
      throw new SideUnavailable('the answer to a write of an operator was lost', LOST_AGAIN_MS);
    case 'throttled':
    case 'unavailable':
    case 'refused-caller':
      throw new SideUnavailable('a write of an operator was not carried out', waitAfterMs(answer), {
        answer: answer.kind,
      });
  }
}

/** As the port wants it; nothing of it but columns and version reaches the side. */
function asWrite({ side, table, id, runId }: WriteRowsRequest, row: OperatorWrite): KeyedWrite {
  return {
    id: `${id}/${row.nativeId}/${randomUUID()}`,
    pairId: runId,
    intent: 0,
    map: '',
    mapVersion: 0,
    runEpoch: 0,
    kind: row.expects === null ? 'create' : 'update',
    side,
    table,
    nativeId: row.nativeId,
    rowId: row.nativeId,
    expects: row.expects,
    patch: row.patch,
    source: null,
    registerEpoch: 0,
    open: [],
    isBulk: true,
    plannedAt: new Date().toISOString(),
  };
}
