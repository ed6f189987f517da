import type { Register, TrackedTables } from '@dualwrite/connector';
import { counter, log } from '@dualwrite/telemetry';

/** Events of one save, and of one row that is saved again and again, are answered by one read. */
const GATHER_MS = 3;
const READ_ROW_COUNT_MAX = 100;
/** What does not fit is found by the sweep. */
const WAITING_COUNT_MAX = 50_000;

const dropped = counter('dualwrite.events.dropped', '{event}', 'Data events left to the sweep, by reason');

/** Reads rows that data events name. An event carries no content for us: it only says where to look (rule 3). */
export class EventReader {
  private readonly waiting = new Map<string, Set<string>>();
  private readonly reading = new Set<string>();
  private waitingCount = 0;

  constructor(
    private readonly register: Register,
    private readonly tables: TrackedTables,
  ) {}

  tell(table: string, nativeId: string): void {
    if (!this.tables.isObserved(table)) return;
    if (this.waitingCount >= WAITING_COUNT_MAX) return dropped.add(1, { reason: 'too-many' });
    const rows = this.waiting.get(table) ?? new Set();
    this.waiting.set(table, rows);
    if (rows.has(nativeId)) return;
    rows.add(nativeId);
    this.waitingCount++;
    this.schedule(table);
  }

  private schedule(table: string): void {
    if (this.reading.has(table)) return;
    this.reading.add(table);
    setTimeout(() => void this.drain(table), GATHER_MS);
  }

  private async drain(name: string): Promise<void> {
    try {
      for (let ids = this.take(name); ids.length > 0; ids = this.take(name)) {
        const table = this.tables.find(name);
        if (table !== undefined) await this.register.look(table, ids, 'event');
      }
    } catch (error) {
      // F&O or a store of ours is away: the sweep finds these rows when it is back.
      dropped.add(1, { reason: 'read-failed' });
      log.warn('events.not_read', { table: name, error });
    } finally {
      this.reading.delete(name);
      if ((this.waiting.get(name)?.size ?? 0) > 0) this.schedule(name);
    }
  }

  private take(name: string): string[] {
    const rows = this.waiting.get(name) ?? new Set<string>();
    const ids = [...rows].slice(0, READ_ROW_COUNT_MAX);
    for (const id of ids) rows.delete(id);
    this.waitingCount -= ids.length;
    return ids;
  }
}
