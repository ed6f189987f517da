import type { Deed } from './deed';

/** Who is alive under one business key: which life each value belongs to, and which lives a person has ended. */
export interface Lives {
  /** The life that a value of a field was written in. */
  lifeOf(field: string, value: string): number | undefined;
  /** Ended by a person, and not taken back since. */
  readonly killed: ReadonlySet<number>;
  /** Rows that we deleted although nobody had ended any life that they showed. */
  readonly unjustDeletes: readonly Deed[];
}

/** Follows the deeds of one key. Every value is taken to be written by a person once only. */
export function followLives(deeds: readonly Deed[]): Lives {
  const follower = new Follower();
  for (const deed of deeds) follower.follow(deed);
  return follower;
}

class Follower implements Lives {
  readonly killed = new Set<number>();
  readonly unjustDeletes: Deed[] = [];
  private readonly everKilled = new Set<number>();
  private readonly lives = new Map<string, number>();
  private readonly shownInFo = new Set<number>();
  private lifeCount = 0;

  lifeOf(field: string, value: string): number | undefined {
    return this.lives.get(`${field} ${value}`);
  }

  follow(deed: Deed): void {
    if (deed.operation === 'delete') return this.end(deed);
    if (deed.by === 'person') this.write(deed);
    if (deed.side === 'fo') for (const life of this.livesIn(deed, 'after')) this.shownInFo.add(life);
  }

  private write(deed: Deed): void {
    // F&O shows no row ids: a row made anew may look like an edited one, and then takes the deletion back (rule 6).
    if (deed.operation === 'create' && deed.side === 'fo')
      for (const life of this.shownInFo) this.killed.delete(life);
    const own = deed.operation === 'create' ? this.newLife() : undefined;
    for (const [field, { before, after }] of Object.entries(deed.fields)) {
      if (after === null) continue;
      const replaced = before === null ? undefined : this.lifeOf(field, before);
      const life = own ?? replaced ?? [...this.livesIn(deed, 'before')][0] ?? this.newLife();
      this.lives.set(`${field} ${after}`, life);
    }
  }

  private end(deed: Deed): void {
    const ended = this.livesIn(deed, 'before');
    if (deed.by === 'product') {
      const isJust = ended.size === 0 || [...ended].some((life) => this.everKilled.has(life));
      if (!isJust) this.unjustDeletes.push(deed);
      return;
    }
    for (const life of ended) {
      this.killed.add(life);
      this.everKilled.add(life);
    }
  }

  private livesIn(deed: Deed, when: 'before' | 'after'): ReadonlySet<number> {
    const found = new Set<number>();
    for (const [field, change] of Object.entries(deed.fields)) {
      const value = change[when];
      const life = value === null ? undefined : this.lifeOf(field, value);
      if (life !== undefined) found.add(life);
    }
    return found;
  }

  private newLife(): number {
    this.lifeCount += 1;
    return this.lifeCount;
  }
}
