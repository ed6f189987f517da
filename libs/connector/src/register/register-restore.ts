import { decodeMessage, UndecodableMessage, type Observation } from '@dualwrite/events';
import type { KafkaLink, RecordBatch } from '@dualwrite/kafka';
import { inTransaction, type Leases } from '@dualwrite/persistence';
import { log } from '@dualwrite/telemetry';
import type { QueryRunner } from 'typeorm';
import type { ConnectorIdentity } from '../connector-identity';
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

  /** In the transaction that opens the database. */
  async atOpening(runner: QueryRunner, { isRestored }: { readonly isRestored: boolean }): Promise<void> {
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
    await sql(
      runner,
      `insert into meta (name, value) values ('restore', 'open') on conflict (name) do update set value = excluded.value`,
    );
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
