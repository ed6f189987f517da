import type { BegunWrite, CoverageMarker, Observation, Side, Write } from '@dualwrite/events';
import {
  emptyEntry,
  observeAnswer,
  recalledEntry,
  restoredEntry,
  toObservation,
  withBegun,
  type Answer,
  type RegisterEntry,
} from './protocol';
import type { Topic } from './topic';

export type TopicMessage =
  | { readonly kind: 'observation'; readonly key: string; readonly observation: Observation }
  | { readonly kind: 'coverage'; readonly key: string; readonly coverage: CoverageMarker };

export interface RegisterTraits {
  readonly hasIds: boolean;
  readonly keepsOrder: boolean;
  readonly hasOutbox: boolean;
  readonly keepsGone: boolean;
  /** A restored register begins a new epoch and reads before it believes (rule 23). */
  readonly hasEpochs: boolean;
  /** A restored register reads first what it had published itself. */
  readonly recalls: boolean;
}

/** A backup of the connector's database. */
export interface RegisterBackup {
  readonly entries: ReadonlyMap<string, RegisterEntry>;
  readonly sequence: number;
  readonly cursor: number;
  readonly isCovered: boolean;
  readonly outbox: readonly TopicMessage[];
}

const COLUMN_SET = 'all';
const TABLE = 'rows';

/** A connector's store around the real register logic: entries, one sequence, an outbox, the feed's cursor. */
export class SimRegister {
  epoch = 1;
  /** All marks of writes planned on this epoch or later are here. */
  marksFromEpoch = 1;
  entries = new Map<string, RegisterEntry>();
  cursor = 0;
  isCovered = false;
  private sequence = 0;
  /** Every write that was ever marked, by id. */
  private readonly begun = new Map<string, BegunWrite>();
  private outbox: TopicMessage[] = [];

  constructor(
    readonly side: Side,
    readonly topic: Topic<TopicMessage>,
    private readonly traits: RegisterTraits,
  ) {}

  /** To be noted before a request is sent. */
  position(): string {
    return String(this.sequence);
  }

  entry(nativeId: string, epoch = this.epoch): RegisterEntry {
    return this.entries.get(nativeId) ?? emptyEntry({ side: this.side, table: TABLE, nativeId, epoch });
  }

  mark(entry: RegisterEntry, write: Write): void {
    const { id, table, kind, pairId, intent, rowId, source } = write;
    this.begun.set(id, { table, kind, pairId, intent, rowId, source, nativeId: entry.nativeId });
    this.put(entry);
  }

  /** An attempt's mark: durable, not published by itself. */
  put(entry: RegisterEntry): void {
    this.entries.set(entry.nativeId, entry);
  }

  observe(
    nativeId: string,
    answer: Omit<Answer, 'columnSet'>,
    crash: () => boolean,
  ): 'known' | 'read-again' | 'stored' | 'crashed' {
    const before = this.entry(nativeId);
    const sentAt = this.traits.keepsOrder ? answer.sentAt : String(Number.MAX_SAFE_INTEGER);
    const facts = { epoch: this.epoch, nextN: String(this.sequence + 1), hasIds: this.traits.hasIds };
    const observed = observeAnswer(before, { ...answer, sentAt, columnSet: COLUMN_SET }, facts);
    if (observed.kind !== 'stored') return observed.kind;
    const { entry } = observed;
    const observation = toObservation(entry, { via: 'read', observedAt: '' });
    const told = this.traits.keepsGone
      ? observation
      : { ...observation, gone: entry.gone.filter((id) => !before.gone.includes(id)) };
    const message: TopicMessage = { kind: 'observation', key: nativeId, observation: told };
    if (!this.traits.hasOutbox) {
      // Published before it is stored: the window that the outbox closes.
      this.topic.push(message);
      if (crash()) return 'crashed';
    } else this.outbox.push(message);
    this.sequence += 1;
    this.entries.set(nativeId, entry);
    return 'stored';
  }

  backup(): RegisterBackup {
    const { entries, sequence, cursor, isCovered, outbox } = this;
    return { entries: new Map(entries), sequence, cursor, isCovered, outbox: [...outbox] };
  }

  /** Rule 23. To be called once no request of the past can still reach the side. */
  restore(backup: RegisterBackup, lastWord: readonly BegunWrite[] | null): void {
    const toldEpoch = this.epoch;
    this.entries = new Map(backup.entries);
    this.sequence = backup.sequence;
    this.cursor = backup.cursor;
    this.isCovered = backup.isCovered;
    this.outbox = [...backup.outbox];
    if (!this.traits.hasEpochs) return;
    this.epoch += 1;
    this.outbox = [];
    this.isCovered = false;
    this.marksFromEpoch = lastWord === null ? this.epoch : toldEpoch;
    if (this.traits.recalls) this.recall();
    for (const write of lastWord ?? []) this.put(withBegun(this.entry(write.nativeId), write));
    for (const entry of this.entries.values()) {
      this.sequence = Math.max(this.sequence, Number(entry.revision.n));
      this.put(restoredEntry(entry, this.epoch));
    }
  }

  /** What was begun and has no answer that was published: the last word of a connector that ends (rule 23). */
  lastWord(): BegunWrite[] {
    const unpublished = new Set(this.outbox.map(({ key }) => key));
    return [...this.entries.values()].flatMap(({ nativeId, results }) =>
      Object.entries(results)
        .filter(([, { outcome }]) => outcome === 'started' || unpublished.has(nativeId))
        .flatMap(([id]) => this.begun.get(id) ?? []),
    );
  }

  private recall(): void {
    for (const message of this.topic.log) {
      if (message?.kind !== 'observation') continue;
      // In no epoch at all: whatever was published of a row that the backup does not know is newer.
      this.put(recalledEntry(this.entry(message.key, 0), message.observation));
    }
  }

  /** Behind the rows of the first full read. */
  cover(): void {
    if (this.isCovered || [...this.entries.values()].some(({ presence }) => presence === 'unread')) return;
    this.isCovered = true;
    this.outbox.push({
      kind: 'coverage',
      key: 'coverage',
      coverage: {
        side: this.side,
        table: TABLE,
        company: '*',
        partition: 0,
        epoch: this.epoch,
        coveredAt: '',
      },
    });
  }

  /** In order, at least once. */
  publish(crash: () => boolean): void {
    for (let next = this.outbox[0]; next !== undefined; next = this.outbox[0]) {
      this.topic.push(next);
      if (crash()) return;
      this.outbox.shift();
    }
  }
}
