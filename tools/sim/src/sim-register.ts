import type { CoverageMarker, Observation, Side } from '@dualwrite/events';
import { emptyEntry, observeAnswer, toObservation, type Answer, type RegisterEntry } from './protocol';
import type { Topic } from './topic';

export type TopicMessage =
  | { readonly kind: 'observation'; readonly key: string; readonly observation: Observation }
  | { readonly kind: 'coverage'; readonly key: string; readonly coverage: CoverageMarker };

export interface RegisterTraits {
  readonly hasIds: boolean;
  readonly keepsOrder: boolean;
  readonly hasOutbox: boolean;
  readonly keepsGone: boolean;
}

const COLUMN_SET = 'all';
const TABLE = 'rows';

/** A connector's store around the real register logic: entries, one sequence, an outbox, the feed's cursor. */
export class SimRegister {
  readonly epoch = 1;
  readonly entries = new Map<string, RegisterEntry>();
  cursor = 0;
  isCovered = false;
  private sequence = 0;
  private readonly outbox: TopicMessage[] = [];

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

  /** Behind the rows of the first full read. */
  cover(): void {
    if (this.isCovered) return;
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
