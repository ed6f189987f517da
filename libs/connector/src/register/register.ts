import type { Names } from '@dualwrite/events';
import type { OutgoingRecord } from '@dualwrite/kafka';
import { inTransaction } from '@dualwrite/persistence';
import { changeSpan, counter, InvariantBroken, startChange } from '@dualwrite/telemetry';
import { observeAnswer, type Observed } from '../core/observe-answer';
import type { RegisterEntry } from '../core/register-entry';
import type { ObservedTable, SidePort } from '../side-port';
import { observationRecord, writeEndRecord } from './observation-records';
import type { RegisterStore } from './register-store';
import { RegisterTurns, type Turn } from './register-turns';
import type { RowAnswer, Sighting, SightingCounts } from './row-answer';

export interface RegisterOptions {
  readonly store: RegisterStore;
  readonly side: SidePort;
  readonly names: Names;
  readonly service: string;
  /** Its epoch grows when the database was restored from a backup. */
  readonly life: { readonly epoch: number };
  /** The table as it is observed now; undefined: no longer. */
  readonly currentTable: (table: string) => ObservedTable | undefined;
}

/** Rows of one transaction: enough to make the statements cheap, few enough to hold their locks for a moment only. */
const TRANSACTION_ROW_COUNT_MAX = 500;
/** So few rows are compared with their whole entries at once. */
const TURN_ROW_COUNT = 20;
/** A row that moves between each look and its transaction this often is no row of a living system. */
const LOOK_COUNT_MAX = 50;

const observed = counter(
  'dualwrite.rows.observed',
  '{row}',
  'Rows that a side showed, by what they turned out to be',
);

/**
 * Where the answers of a side get their order, and the only place that publishes observations: entry, observation and
 * journal are stored in one transaction (rule 1), answers of unknown order are asked for again (rule 2).
 */
export class Register {
  /** Every change of an entry is a turn. */
  readonly turns: RegisterTurns;

  constructor(private readonly options: RegisterOptions) {
    this.turns = new RegisterTurns(options.store, options.life);
  }

  get epoch(): number {
    return this.options.life.epoch;
  }

  get store(): RegisterStore {
    return this.options.store;
  }

  /** Rule 2: to be noted before a request is sent. */
  position(): Promise<string> {
    return this.options.store.position();
  }

  /** Cheap, for whoever asks many times a second: at worst rows are read once more. */
  knownPosition(): Promise<string> {
    return this.store.knownPosition();
  }

  /** Reads rows now and takes what it finds. */
  async look(
    table: ObservedTable,
    nativeIds: readonly string[],
    via: Sighting['via'],
    deletedUnnamed: ReadonlySet<string> = new Set(),
  ): Promise<SightingCounts> {
    const sentAt = await this.knownPosition();
    const rows = await this.options.side.readRows(table, nativeIds);
    return this.observe(table, {
      sentAt,
      via,
      answers: nativeIds.map((id) => ({
        nativeId: id,
        row: rows.get(id) ?? null,
        ...(deletedUnnamed.has(id) ? { deletedUnnamed: true } : {}),
      })),
    });
  }

  /** Takes what answers tell; returns once all of it is stored, rows of unknown order included. */
  async observe(table: ObservedTable, sighting: Sighting): Promise<SightingCounts> {
    let { sentAt } = sighting;
    let answers = await this.news(table, sighting.answers);
    let storedCount = 0;
    let knownCount = sighting.answers.length - answers.length;
    for (let looks = 0; answers.length > 0; looks++) {
      if (looks > LOOK_COUNT_MAX) {
        throw new InvariantBroken('rows keep moving between look and store', {
          table: table.table,
          count: answers.length,
        });
      }
      const unordered: RowAnswer[] = [];
      for (let from = 0; from < answers.length; from += TRANSACTION_ROW_COUNT_MAX) {
        const part = answers.slice(from, from + TRANSACTION_ROW_COUNT_MAX);
        const kinds = await this.takeIn(table, { ...sighting, sentAt, answers: part });
        if (kinds === null) return { storedCount, knownCount, isDropped: true };
        storedCount += kinds.filter((kind) => kind === 'stored').length;
        knownCount += kinds.filter((kind) => kind === 'known').length;
        unordered.push(...part.filter((_answer, index) => kinds[index] === 'read-again'));
      }
      if (unordered.length === 0) break;
      sentAt = await this.position();
      table = this.current(table);
      const rows = await this.options.side.readRows(
        table,
        unordered.map((answer) => answer.nativeId),
      );
      answers = unordered.map((answer) => ({ ...answer, row: rows.get(answer.nativeId) ?? null }));
    }
    const labels = { side: this.options.side.side, table: table.table, via: sighting.via };
    observed.add(storedCount, { ...labels, outcome: 'stored' });
    observed.add(knownCount, { ...labels, outcome: 'known' });
    return { storedCount, knownCount, isDropped: false };
  }

  private current(table: ObservedTable): ObservedTable {
    return this.options.currentTable(table.table) ?? table;
  }

  /** An answer equal to the entry is no news, whatever its age (rule 2). Most of a full read ends here, and cheaply. */
  private async news(table: ObservedTable, answers: readonly RowAnswer[]): Promise<RowAnswer[]> {
    if (answers.length <= TURN_ROW_COUNT) return [...answers];
    const known = await this.options.store.versions(
      table.table,
      answers.map((answer) => answer.nativeId),
    );
    return answers.filter(({ nativeId, row, deleted, deletedUnnamed, end }) => {
      if (deleted || deletedUnnamed || end || row === undefined) return true;
      const entry = known.get(nativeId);
      if (entry === undefined || entry.presence === 'unread') return true;
      if (row === null) return entry.presence !== 'absent';
      return row.version !== entry.version || entry.columnSet !== table.columnSet;
    });
  }

  /** @returns what each answer turned out to be; null: the sighting is no longer wanted */
  private takeIn(table: ObservedTable, sighting: Sighting): Promise<Observed['kind'][] | null> {
    const turns = sighting.answers.map((answer) => this.turnOf(table, sighting, answer));
    const { isStillWanted } = sighting;
    if (!isStillWanted) return Promise.all(turns.map((turn) => this.turns.take(table.table, turn)));
    return inTransaction(this.store.poolFor(turns.length), async (runner) =>
      (await isStillWanted(runner)) ? this.turns.takeAll(runner, table.table, turns) : null,
    );
  }

  private turnOf(table: ObservedTable, sighting: Sighting, answer: RowAnswer): Turn<Observed['kind']> {
    return {
      nativeId: answer.nativeId,
      decide: async ({ entry, nextN }) => {
        // Read with columns that are no longer the wanted ones: to be read again, lest it hide the new columns.
        if (answer.row && this.current(table).columnSet !== table.columnSet) return { result: 'read-again' };
        const outcome = observeAnswer(
          entry,
          {
            sentAt: sighting.sentAt,
            row: answer.row,
            columnSet: table.columnSet,
            ...(answer.deleted === undefined ? {} : { deleted: answer.deleted }),
            ...(answer.deletedUnnamed === undefined ? {} : { deletedUnnamed: answer.deletedUnnamed }),
            ...(answer.end === undefined ? {} : { result: answer.end.answered }),
          },
          { epoch: this.epoch, nextN, hasIds: this.options.side.hasIds },
        );
        if (outcome.kind !== 'stored') return { result: outcome.kind };
        const records = await this.recordsOf(outcome.entry, answer, sighting.via);
        return { result: outcome.kind, change: { entry: outcome.entry, records } };
      },
    };
  }

  /** A change of somebody else begins its trace here; the end of a write goes on with the trace of the write. */
  private async recordsOf(
    entry: RegisterEntry,
    answer: RowAnswer,
    via: Sighting['via'],
  ): Promise<OutgoingRecord[]> {
    const { names, service } = this.options;
    const observedAt = new Date().toISOString();
    const { end } = answer;
    if (end) {
      const { traceparent } = end;
      const journal = writeEndRecord(names, end, { service, at: observedAt, row: entry.row });
      const observation = observationRecord(names, entry, { via: 'write', observedAt, traceparent });
      return journal === null ? [observation] : [observation, journal];
    }
    const attributes = { 'dualwrite.side': entry.side, 'dualwrite.table': entry.table, 'dualwrite.via': via };
    const traceparent = await changeSpan('observe', startChange(), attributes, (child) => child);
    return [observationRecord(names, entry, { via, observedAt, traceparent })];
  }
}
