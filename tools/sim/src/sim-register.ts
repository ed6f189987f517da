import type { CoverageMarker, Observation, Side } from '@dualwrite/events';
import {
  emptyEntry,
  observeAnswer,
  recalledEntry,
  restoredEntry,
  toObservation,
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
  entries = new Map<string, RegisterEntry>();
  cursor = 0;
  isCovered = false;
  private sequence = 0;
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

  entry(nativeId: string): RegisterEntry {
    return (
      this.entries.get(nativeId) ?? emptyEntry({ side: this.side, table: TABLE, nativeId, epoch: this.epoch })
    );
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
  restore(backup: RegisterBackup): void {
    this.entries = new Map(backup.entries);
    this.sequence = backup.sequence;
    this.cursor = backup.cursor;
    this.isCovered = backup.isCovered;
    this.outbox = [...backup.outbox];
    if (!this.traits.hasEpochs) return;
    this.epoch += 1;
    this.outbox = [];
    this.isCovered = false;
    if (this.traits.recalls) this.recall();
    for (const entry of this.entries.values()) {
      this.sequence = Math.max(this.sequence, Number(entry.revision.n));
      this.put(restoredEntry(entry, this.epoch));
    }
  }

  private recall(): void {
    for (const message of this.topic.log) {
      if (message?.kind !== 'observation') continue;
      this.put(recalledEntry(this.entry(message.key), message.observation));
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
