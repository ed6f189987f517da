import { otherSide, type Side, type Write } from '@dualwrite/events';
import type { CallEnd } from '@dualwrite/planner';
import type { EndpointRow } from './endpoint';
import type { World } from './world';

interface Asked {
  readonly id: string;
  readonly side: Side;
  readonly field: string;
  /** What the asker saw, and is about to replace. */
  readonly seen: number;
  readonly value: number;
  isTaken: boolean;
  /** The target has shown the edit, and the asker's was the first one to replace what he saw. */
  isReplacing: boolean;
}

/** A save that was taken is waited for longer than a save and its feed take: here, until all is at rest. */
const SAVED_WITHIN_STEPS = 1_000_000;
const SAVED_SHARE = 0.8;
const GIVEN_UP_SHARE = 0.1;

/** A person who asks the other side before he saves; one at a time. He may be refused, give up, or never save. */
export class Asking {
  private open: Asked | null = null;
  private count = 0;

  constructor(private readonly world: World) {}

  /** @returns false: nobody can be asked now, or somebody asks already */
  begin(side: Side, field: string): boolean {
    const { world } = this;
    const { row, traits } = world.endpoint[side];
    const seen = row?.values[field];
    const [mapper] = world.mappers;
    if (this.open !== null || row === null || seen === undefined || mapper === undefined) return false;
    this.count += 1;
    const value = world.history.propose(field, seen);
    this.open = { id: `call-${this.count}`, side, field, seen, value, isTaken: false, isReplacing: false };
    world.trace({ what: 'note', text: `A person asks before he saves ${field}: ${value} in ${side}.` });
    const isTakenIn = mapper.call(side, {
      id: this.open.id,
      from: side,
      // As a save tells it: the columns before and after, and the row's id where the side shows one.
      cells: { [field]: world.forms.toCell(side, field, value) },
      saw: { [field]: world.forms.toCell(side, field, seen) },
      ...(traits.showsIds && { nativeId: row.id }),
      savedUntilMs: world.now + SAVED_WITHIN_STEPS,
    });
    if (!isTakenIn) this.leave();
    return isTakenIn;
  }

  /**
   * The target holds the edit: whoever saw it there and not the one before has replaced that.
   *
   * @param row that it was written to
   * @returns false: it is none of the asker's
   */
  took(write: Write, row: EndpointRow | null): boolean {
    const { open, world } = this;
    if (open === null || write.side !== otherSide(open.side)) return false;
    const cell = write.patch[open.field];
    if (cell === undefined || world.forms.fromCell(write.side, open.field, cell) !== open.value) return false;
    const { history, owned } = world;
    if (row) history.carriesOut(open.value, row, owned);
    open.isReplacing ||= !history.replaced.has(open.seen);
    history.replaced.add(open.seen);
    return true;
  }

  hear(ends: readonly CallEnd[]): void {
    for (const { id, outcome } of ends) {
      if (id !== this.open?.id) continue;
      this.world.trace({ what: 'note', text: `The person is told: ${outcome}.` });
      if (outcome === 'applied') this.open.isTaken = true;
      else this.leave();
    }
  }

  /** Saves what was taken, or leaves it; gives up what takes too long. */
  step(): void {
    const { open, world } = this;
    if (open === null) return;
    if (!open.isTaken) {
      if (world.random() < GIVEN_UP_SHARE) world.mappers[0]?.giveUp(open.id);
      return;
    }
    const { row } = world.endpoint[open.side];
    // Saved over what the asker has seen, and nothing else.
    if (row?.values[open.field] !== open.seen || world.random() >= SAVED_SHARE) {
      this.leave();
      return;
    }
    this.open = null;
    world.history.replaced.add(open.seen);
    world.people.put(open.side, { ...row, values: { ...row.values, [open.field]: open.value } });
  }

  /** An edit that was never saved: it may stay where it was taken, and what it was to replace may stay as well. */
  leave(): void {
    if (this.open === null) return;
    const { seen, value, isReplacing } = this.open;
    const { journaled, replaced } = this.world.history;
    journaled.add(value);
    journaled.add(seen);
    if (isReplacing) replaced.delete(seen);
    this.open = null;
  }
}
