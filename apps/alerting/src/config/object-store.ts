import { randomUUID } from 'node:crypto';
import { inTransaction } from '@dualwrite/persistence';
import type { DataSource } from 'typeorm';
import { JournalWriter } from '../journal/journal-writer';
import { ownEntry } from '../journal/own-entry';
import { isDeepStrictEqual } from 'node:util';
import type { AlertObject, ObjectKind } from './objects';

export type PutAction = 'created' | 'updated' | 'unchanged';

/** What people set up. Every change is an entry of the journal; it counts from the next look on, without a restart. */
export class ObjectStore {
  constructor(
    private readonly database: DataSource,
    private readonly journal: JournalWriter,
  ) {}

  async list(kind: ObjectKind | null = null): Promise<readonly AlertObject[]> {
    const rows: ObjectRow[] = await this.database.query(
      `SELECT * FROM alert_object WHERE $1::text IS NULL OR kind = $1 ORDER BY kind, name`,
      [kind],
    );
    return rows.map(asObject);
  }

  async get(kind: ObjectKind, name: string): Promise<AlertObject | null> {
    const [row]: ObjectRow[] = await this.database.query(
      `SELECT * FROM alert_object WHERE kind = $1 AND name = $2`,
      [kind, name],
    );
    return row === undefined ? null : asObject(row);
  }

  /** @param spec as its schema gave it */
  async put(
    { kind, name, spec }: Pick<AlertObject, 'kind' | 'name' | 'spec'>,
    actor: string,
  ): Promise<{ action: PutAction; object: AlertObject }> {
    await this.journal.makeToday();
    return inTransaction(this.database, async (runner) => {
      const text = JSON.stringify(spec);
      const [made]: ObjectRow[] = await runner.query(
        `INSERT INTO alert_object (kind, name, spec, version, changed_at) VALUES ($1, $2, $3::jsonb, 1, now())
         ON CONFLICT (kind, name) DO NOTHING RETURNING *`,
        [kind, name, text],
      );
      const [known]: ObjectRow[] = await runner.query(
        `SELECT * FROM alert_object WHERE kind = $1 AND name = $2 FOR UPDATE`,
        [kind, name],
      );
      if (made === undefined && known !== undefined && isDeepStrictEqual(known.spec, JSON.parse(text))) {
        return { action: 'unchanged', object: asObject(known) };
      }
      if (made === undefined) {
        await runner.query(
          `UPDATE alert_object SET spec = $3::jsonb, version = version + 1, changed_at = now()
           WHERE kind = $1 AND name = $2`,
          [kind, name, text],
        );
      }
      const [row]: ObjectRow[] = await runner.query(
        `SELECT * FROM alert_object WHERE kind = $1 AND name = $2`,
        [kind, name],
      );
      if (row === undefined) throw new Error(`${kind}/${name} is gone in its own transaction`);
      const action = made === undefined ? 'updated' : 'created';
      await this.journal.appendOwn(runner, [changedEntry(`${kind}/${name} ${action} by ${actor}`, action)]);
      return { action, object: asObject(row) };
    });
  }

  /** @returns false: there was none */
  async delete(kind: ObjectKind, name: string, actor: string): Promise<boolean> {
    await this.journal.makeToday();
    return inTransaction(this.database, async (runner) => {
      const rows: unknown[] = await runner.query(
        `WITH gone AS (DELETE FROM alert_object WHERE kind = $1 AND name = $2 RETURNING 1) SELECT 1 FROM gone`,
        [kind, name],
      );
      if (rows.length === 0) return false;
      await this.journal.appendOwn(runner, [changedEntry(`${kind}/${name} deleted by ${actor}`, 'deleted')]);
      return true;
    });
  }
}

interface ObjectRow {
  readonly kind: ObjectKind;
  readonly name: string;
  readonly spec: unknown;
  readonly version: number;
  readonly changed_at: Date;
}

function asObject({ kind, name, spec, version, changed_at: changedAt }: ObjectRow): AlertObject {
  return { kind, name, version, changedAt: changedAt.toISOString(), spec };
}

function changedEntry(text: string, code: string): ReturnType<typeof ownEntry> {
  return ownEntry({ id: randomUUID(), at: new Date().toISOString(), event: 'alerting-changed', code, text });
}
