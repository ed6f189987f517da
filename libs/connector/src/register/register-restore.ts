import { decodeMessage, UndecodableMessage, type BegunWrite, type Observation } from '@dualwrite/events';
import type { KafkaLink, RecordBatch } from '@dualwrite/kafka';
import { inTransaction, type Leases } from '@dualwrite/persistence';
import type { StoreBeats } from '@dualwrite/service';
import { log } from '@dualwrite/telemetry';
import type { QueryRunner } from 'typeorm';
import type { ConnectorIdentity } from '../connector-identity';
import { withBegun } from '../core/with-begun';
import { recalledEntry } from '../core/restore-entry';
import { sql } from '../sql';
import type { RegisterStore } from './register-store';
import { RegisterTurns, type Turn } from './register-turns';

const LEASE = 'register-restore';
const LEASE_MS = 10_000;
/** Numbers left out at each start: those that a fail-over may have forgotten are never given to another row. */
const NUMBERS_LEFT_OUT = 1_000_000;

export interface RegisterRestoreParts {
  readonly store: RegisterStore;
  readonly link: KafkaLink;
  readonly identity: ConnectorIdentity;
  readonly leases: Leases;
}

/** What a life of the register before had begun, by the last words of all its replicas (rule 23). */
export interface ToldMarks {
  readonly epoch: number;
  readonly begun: readonly BegunWrite[];
}

/** Null: one of those replicas ended without a word. */
export function toldMarks(beats: Pick<StoreBeats, 'told' | 'begun'>, store: string): ToldMarks | null {
  const told = beats.told(store);
  const begun = told && beats.begun(store, told.epoch);
  return told && begun ? { epoch: told.epoch, begun } : null;
}

/**
 * A register that was restored from a backup (rule 23): what was under way is dropped, what it has published since is
 * taken back from its own topics, and every row is unread until it has been looked at again.
 */
export class RegisterRestore {
  /** In no epoch at all: whatever was published of a row that is not known here is newer. */
  private readonly turns: RegisterTurns;

  constructor(private readonly parts: RegisterRestoreParts) {
    this.turns = new RegisterTurns(parts.store, { epoch: 0 });
  }

  /**
   * In the transaction that opens the database.
   *
   * @param marks null: somebody may have begun what nobody knows of
   */
  async atOpening(
    runner: QueryRunner,
    { isRestored, marks }: { readonly isRestored: boolean; readonly marks: ToldMarks | null },
  ): Promise<void> {
    await sql(
      runner,
      `select setval('observation_number', last_value + $1) from observation_number where is_called`,
      [NUMBERS_LEFT_OUT],
    );
    if (!isRestored) return;
    // The journal is not dropped: what it says did happen. Said twice, it counts once.
    await sql(runner, 'delete from outbox where topic <> $1', [this.parts.identity.names.journal]);
    // Deferred writes come again by the mapper, requests are asked again, feeds begin with a full round.
    for (const table of ['deferred_write', 'request', 'feed']) await sql(runner, `delete from ${table}`);
    await sql(runner, `delete from meta where name = 'told-marks'`);
    const facts = { restore: 'open', ...(marks === null ? {} : { 'told-marks': JSON.stringify(marks) }) };
    for (const [name, value] of Object.entries(facts)) {
      await sql(
        runner,
        `insert into meta (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value`,
        [name, value],
      );
    }
  }

  /** From which epoch on the register's marks tell all; undefined: from the present one. */
  async marksFromEpoch(): Promise<number | undefined> {
    return (await this.toldMarks())?.epoch;
  }

  private async toldMarks(): Promise<ToldMarks | undefined> {
    const [found] = await sql<{ value: string }>(
      this.parts.store.dataSource,
      `select value from meta where name = 'told-marks'`,
    );
    return found && (JSON.parse(found.value) as ToldMarks);
  }

  /** Resolves once the register may be used again; at once if nothing was restored. Another replica may do the work. */
  async complete(epoch: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await this.isOpen())) {
      await this.parts.leases.hold(
        LEASE,
        LEASE_MS,
        async (held) => {
          if (!(await this.isOpen())) return;
          await this.recall();
          await this.putMarksBack((await this.toldMarks())?.begun ?? []);
          if (!held.signal.aborted) await this.unread(epoch);
        },
        { signal },
      );
    }
  }

  private async isOpen(): Promise<boolean> {
    const found = await sql(
      this.parts.store.dataSource,
      `select 1 from meta where name = 'restore' and value = 'open'`,
    );
    return found.length > 0;
  }

  private async recall(): Promise<void> {
    const { link, identity } = this.parts;
    const { names, side } = identity;
    // Also of tables that no map maps today: one may tomorrow.
    const [before = '', after = ''] = names.observations(side, '*').split('*');
    const topics = (await link.admin.topics()).filter(
      (topic) => topic.startsWith(before) && topic.endsWith(after),
    );
    let recalledCount = 0;
    await link.readToEnd(
      { topics, groupPrefix: `${names.serviceGroup(identity.service)}.restore` },
      async (batch) => {
        const table = batch.topic.slice(before.length, -after.length);
        recalledCount += await this.recallBatch(table, batch);
      },
    );
    log.info('register.recalled', { side, topics, recalledCount });
  }

  private async recallBatch(table: string, batch: RecordBatch): Promise<number> {
    const published = new Map<string, Observation>();
    for (const record of batch.records) {
      const observation = observationOf(record);
      if (observation) published.set(observation.nativeId, observation);
    }
    if (published.size === 0) return 0;
    const turns = [...published].map(([nativeId, observation]): Turn<boolean> => ({
      nativeId,
      decide: ({ entry: known }) => {
        const entry = recalledEntry(known, observation);
        return entry === known ? { result: false } : { result: true, change: { entry, records: [] } };
      },
    }));
    const recalled = await this.turns.takeAll(this.parts.store.dataSource, table, turns);
    return recalled.filter((isNews) => isNews).length;
  }

  private async putMarksBack(begun: readonly BegunWrite[]): Promise<void> {
    for (const write of begun) {
      const { table, nativeId } = write;
      const decide: Turn<void>['decide'] = ({ entry: known }) => {
        const entry = withBegun(known, write);
        return { result: undefined, ...(entry === known ? {} : { change: { entry, records: [] } }) };
      };
      await this.turns.takeAll(this.parts.store.dataSource, table, [{ nativeId, decide }]);
    }
    if (begun.length > 0) log.info('register.marks_put_back', { begunCount: begun.length });
  }

  /** As `restoredEntry`, for all rows at once. */
  private async unread(epoch: number): Promise<void> {
    await inTransaction(this.parts.store.dataSource, async (runner) => {
      await sql(
        runner,
        `update register set epoch = $1, presence = 'unread', attempts = '{}', changes = changes + 1`,
        [epoch],
      );
      await sql(
        runner,
        `select setval('observation_number', greatest(last_value, (select coalesce(max(n), 0) from register)) + $1)
         from observation_number`,
        [NUMBERS_LEFT_OUT],
      );
      await sql(runner, `delete from meta where name = 'restore'`);
    });
  }
}

/** Undefined: a coverage marker, an erased row, or bytes that nobody can read. */
function observationOf(record: RecordBatch['records'][number]): Observation | undefined {
  if (record.value === null) return undefined;
  try {
    const decoded = decodeMessage(record, 'observation', 'coverage');
    return decoded.contract === 'observation' ? decoded.message : undefined;
  } catch (error) {
    if (!(error instanceof UndecodableMessage)) throw error;
    log.warn('register.recall_undecodable', { key: record.key, offset: record.offset, error });
    return undefined;
  }
}
