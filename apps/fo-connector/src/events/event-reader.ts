import type { Register, TrackedTables } from '@dualwrite/connector';
import type { EventTarget } from '@dualwrite/odata';
import { counter, log } from '@dualwrite/telemetry';

/** Events of one save, and of one row that is saved again and again, are answered by one read. */
const GATHER_MS = 3;
const READ_ROW_COUNT_MAX = 100;
/** What does not fit is found by the sweep. */
const WAITING_COUNT_MAX = 50_000;

const dropped = counter('dualwrite.events.dropped', '{event}', 'Data events left to the sweep, by reason');

/** Reads rows that data events name. An event carries no content for us: it only says where to look (rule 3). */
export class EventReader {
  /** By table and row: was a delete among the events? */
  private readonly waiting = new Map<string, Map<string, boolean>>();
  private readonly reading = new Set<string>();
  private waitingCount = 0;

  constructor(
    private readonly register: Register,
    private readonly tables: TrackedTables,
  ) {}

  tell({ table, nativeId, isDelete }: EventTarget): void {
    if (!this.tables.isObserved(table)) return;
    if (this.waitingCount >= WAITING_COUNT_MAX) return dropped.add(1, { reason: 'too-many' });
    const rows = this.waiting.get(table) ?? new Map<string, boolean>();
    this.waiting.set(table, rows);
    const known = rows.get(nativeId);
    rows.set(nativeId, isDelete || known === true);
    if (known !== undefined) return;
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
      for (let rows = this.take(name); rows.length > 0; rows = this.take(name)) {
        const table = this.tables.find(name);
        if (table === undefined) continue;
        const ids = rows.map(([id]) => id);
        const deleted = rows.filter(([, isDelete]) => isDelete).map(([id]) => id);
        await this.register.look(table, ids, 'event', new Set(deleted));
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

  private take(name: string): [string, boolean][] {
    const rows = this.waiting.get(name) ?? new Map<string, boolean>();
    const taken = [...rows].slice(0, READ_ROW_COUNT_MAX);
    for (const [id] of taken) rows.delete(id);
    this.waitingCount -= taken.length;
    return taken;
  }
}
