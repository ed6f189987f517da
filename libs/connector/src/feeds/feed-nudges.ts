import { Notices } from '@dualwrite/persistence';
import type { DataSource } from 'typeorm';
import { NudgedPause } from './nudged-pause';
import { NudgeTrust } from './nudge-trust';

interface NudgedTable {
  readonly pause: NudgedPause;
  readonly trust: NudgeTrust;
}

/**
 * Words from outside that a table has changed. They only ever cause a look, now instead of later, so they may be lost,
 * doubled or lies. They arrive at any replica and are handed to the one that holds the table's lease.
 */
export class FeedNudges {
  private readonly tables = new Map<string, NudgedTable>();
  private readonly notices: Notices;

  constructor(dataSource: DataSource) {
    this.notices = new Notices(dataSource, 'feed_nudge', (table) => this.take(table));
  }

  start(): void {
    this.notices.start();
  }

  stop(): Promise<void> {
    return this.notices.stop();
  }

  nudge(table: string): void {
    if (!this.take(table)) void this.notices.tell(table);
  }

  /** This replica looks at the table from now on. */
  attend(table: string): NudgedPause {
    const attended = { pause: new NudgedPause(), trust: new NudgeTrust() };
    this.tables.set(table, attended);
    return attended.pause;
  }

  leave(table: string): void {
    this.tables.delete(table);
  }

  /** A round of its own accord has found changes. */
  noteFound(table: string, nowMs = Date.now()): void {
    this.tables.get(table)?.trust.noteFound(nowMs);
  }

  /** False: a change came without a word lately. */
  isTrusted(table: string, nowMs = Date.now()): boolean {
    return this.tables.get(table)?.trust.isTrusted(nowMs) ?? true;
  }

  /** @returns whether this replica looks at the table */
  private take(table: string): boolean {
    const attended = this.tables.get(table);
    attended?.trust.noteNudge(Date.now());
    attended?.pause.nudge();
    return attended !== undefined;
  }
}
