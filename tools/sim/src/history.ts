import type { Side } from '@dualwrite/events';
import type { EndpointRow } from './endpoint';

interface Edit {
  readonly field: string;
  readonly life: number;
}

/** What really happened, known to nobody in the product. A value IS the number of the edit that made it. */
export class History {
  readonly edits = new Map<number, Edit>();
  /** Edits that somebody saw and replaced. */
  readonly replaced = new Set<number>();
  /** Lives that a person has deleted, and not taken back since. */
  readonly killed = new Set<number>();
  /** Values of rows that were kept when their partner was deleted. */
  readonly outlived = new Set<number>();
  readonly seenDeleted = new Set<number>();
  readonly journaled = new Set<number>();
  unjustDeletes = 0;
  private readonly everKilled = new Set<number>();
  private readonly joined = new Map<number, number>();
  private readonly livesByRow = new Map<string, Set<number>>();
  /** By row, lives of which it holds an edit and which it is not of. */
  private readonly guests = new Map<string, Set<number>>();
  private lives = 0;

  constructor(readonly show: (value: number) => number) {}

  newLife(): number {
    this.lives += 1;
    return this.lives;
  }

  /** A person or a plug-in puts a value in the place of one that he has seen. */
  edit(field: string, replaces: number | null, life: number): number {
    const id = this.edits.size + 1;
    const parent = replaces === null ? undefined : this.edits.get(replaces);
    this.edits.set(id, { field, life: parent?.life ?? life });
    if (replaces !== null) this.replaced.add(replaces);
    return id;
  }

  /** A person is about to put a value in the place of one that he sees; nothing is replaced yet. */
  propose(field: string, seen: number): number {
    const id = this.edits.size + 1;
    this.edits.set(id, { field, life: this.edits.get(seen)?.life ?? 0 });
    return id;
  }

  livesOf(values: Readonly<Record<string, unknown>>): number[] {
    return Object.values(values).flatMap((value) => {
      const edit = typeof value === 'number' ? this.edits.get(value) : undefined;
      return edit ? [edit.life] : [];
    });
  }

  saved(side: Side, row: EndpointRow): void {
    const key = `${side}/${row.id}`;
    const lives = this.livesByRow.get(key) ?? new Set<number>();
    for (const life of this.livesOf(row.values)) lives.add(life);
    this.livesByRow.set(key, lives);
  }

  livesOfRow(side: Side, rowId: string): readonly number[] {
    return [...(this.livesByRow.get(`${side}/${rowId}`) ?? [])];
  }

  /** The planner holds these for one thing. */
  unite(lives: readonly number[]): void {
    const [first, ...rest] = lives.map((life) => this.root(life));
    if (first === undefined) return;
    for (const life of rest) this.tie(life, first);
  }

  /**
   * A caller's edit is carried out on a row, before his own row shows it. If a person had deleted all that this row is of,
   * it is no row of the caller's: a side without visible ids had not told yet that his was made since.
   */
  carriesOut(edit: number, row: EndpointRow, owned: readonly string[]): void {
    const life = this.edits.get(edit)?.life;
    const its = this.livesThatEnd(row, owned);
    if (life === undefined || its.includes(life) || !its.every((one) => this.everKilled.has(one))) return;
    this.guests.set(row.id, new Set([...(this.guests.get(row.id) ?? []), life]));
  }

  /** Values of these lives come to the row as those of its partner: it is of them from now on. */
  travels(row: EndpointRow, values: Readonly<Record<string, number>>): void {
    for (const life of this.livesOf(values)) this.guests.get(row.id)?.delete(life);
  }

  /** `owned`: fields of the map that makes and deletes the rows; values of another map may come from other rows. */
  personDeletes(row: EndpointRow, owned: readonly string[]): void {
    for (const life of this.livesThatEnd(row, owned)) {
      this.killed.add(life);
      this.everKilled.add(life);
    }
    for (const value of Object.values(row.values)) this.seenDeleted.add(value);
  }

  /** Where no ids are visible, a row made anew may look like an edited one, and then takes the deletion back. */
  remade(lives: readonly number[], life: number): void {
    for (const earlier of lives) {
      this.killed.delete(earlier);
      this.tie(earlier, life);
    }
  }

  /** The row outlives the deletion of its partner, openly: what it shows then may stay, whoever had replaced it there. */
  forgive(values: Readonly<Record<string, number>>): void {
    for (const life of this.livesOf(values)) this.killed.delete(life);
    for (const value of Object.values(values)) this.outlived.add(value);
  }

  hubDeletes(row: EndpointRow): void {
    const killed = new Set([...this.everKilled].map((life) => this.root(life)));
    if (!this.livesOf(row.values).some((life) => killed.has(this.root(life)))) this.unjustDeletes += 1;
  }

  /** All that the row is of. */
  private livesThatEnd(row: EndpointRow, owned: readonly string[]): number[] {
    const values = Object.fromEntries(owned.map((field) => [field, row.values[field]]));
    return this.livesOf(values).filter((life) => this.guests.get(row.id)?.has(life) !== true);
  }

  private tie(life: number, to: number): void {
    const from = this.root(life);
    const root = this.root(to);
    if (from !== root) this.joined.set(from, root);
  }

  private root(life: number): number {
    let root = life;
    for (let next = this.joined.get(root); next !== undefined; next = this.joined.get(root)) root = next;
    return root;
  }
}
