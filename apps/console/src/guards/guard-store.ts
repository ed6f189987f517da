import type { DataSource } from 'typeorm';
import type { MaintenanceWindow, WindowState } from './maintenance-window';
import type { PauseRule } from './pause-rule';

interface WindowRow extends MaintenanceWindow {
  readonly openSince: Date | null;
  readonly paused: readonly string[];
}

/** Maintenance windows and pause rules in Postgres. */
export class GuardStore {
  constructor(private readonly database: DataSource) {}

  async windows(): Promise<WindowState[]> {
    const rows = await this.database.query<WindowRow[]>(
      `SELECT name, maps, cron, timezone, minutes, mode, reason, open_since AS "openSince", paused
       FROM maintenance_window ORDER BY name`,
    );
    return rows.map(({ openSince, ...window }) => ({ ...window, openSinceMs: openSince?.getTime() ?? null }));
  }

  /** An occurrence that is open stays so: the maps that it paused go on when the window as it is now ends. */
  async setWindow({ name, maps, cron, timezone, minutes, mode, reason }: MaintenanceWindow): Promise<void> {
    await this.database.query(
      `INSERT INTO maintenance_window (name, maps, cron, timezone, minutes, mode, reason)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (name) DO UPDATE SET maps = excluded.maps, cron = excluded.cron, timezone = excluded.timezone,
         minutes = excluded.minutes, mode = excluded.mode, reason = excluded.reason`,
      [name, maps === null ? null : JSON.stringify(maps), cron, timezone, minutes, mode, reason],
    );
  }

  async noteWindow(name: string, openSinceMs: number | null, paused: readonly string[]): Promise<void> {
    await this.database.query(`UPDATE maintenance_window SET open_since = $2, paused = $3 WHERE name = $1`, [
      name,
      openSinceMs === null ? null : new Date(openSinceMs),
      JSON.stringify(paused),
    ]);
  }

  /** @returns the window that was there */
  async removeWindow(name: string): Promise<boolean> {
    return this.remove('maintenance_window', name);
  }

  async rules(): Promise<PauseRule[]> {
    return this.database.query<PauseRule[]>(
      `SELECT name, maps, parked_count AS "parkedCount", within_seconds AS "withinSeconds"
       FROM pause_rule ORDER BY name`,
    );
  }

  async setRule({ name, maps, parkedCount, withinSeconds }: PauseRule): Promise<void> {
    await this.database.query(
      `INSERT INTO pause_rule (name, maps, parked_count, within_seconds) VALUES ($1, $2, $3, $4)
       ON CONFLICT (name) DO UPDATE SET maps = excluded.maps, parked_count = excluded.parked_count,
         within_seconds = excluded.within_seconds`,
      [name, maps === null ? null : JSON.stringify(maps), parkedCount, withinSeconds],
    );
  }

  async removeRule(name: string): Promise<boolean> {
    return this.remove('pause_rule', name);
  }

  private async remove(table: 'maintenance_window' | 'pause_rule', name: string): Promise<boolean> {
    const [removed] = await this.database.query<[unknown[], number]>(
      `DELETE FROM ${table} WHERE name = $1 RETURNING name`,
      [name],
    );
    return removed.length > 0;
  }
}
