import { writeId, type Write } from '@dualwrite/events';
import type { CallEnd, PairState } from '@dualwrite/planner';
import type { EndpointRow, Values } from './endpoint';
import type { World } from './world';

type Asked = { readonly id: string; isTaken: boolean } & (
  | { readonly kind: 'create'; readonly rowId: string; readonly values: Values }
  | { readonly kind: 'delete'; readonly row: EndpointRow }
);

const SAVED_WITHIN_STEPS = 1_000_000;
const SAVED_SHARE = 0.8;
const GIVEN_UP_SHARE = 0.1;

/**
 * A person of Dataverse who asks F&O before he makes a row or deletes one; one at a time. He may be refused, give up, or
 * never save.
 */
export class AskingRows {
  private open: Asked | null = null;
  /** Of deletes, by call; also of those whose asker has left. */
  private readonly asked = new Map<string, EndpointRow>();
  /** By the id of the delete that was planned for it, the row that its caller is about to delete. */
  private readonly planned = new Map<string, EndpointRow>();
  private count = 0;

  constructor(private readonly world: World) {}

  /** @returns false: nobody can be asked now, or somebody asks already */
  make(): boolean {
    const { world } = this;
    const { history, fields, forms, endpoint, mappers } = world;
    if (this.open !== null) return false;
    const life = history.newLife();
    const values = Object.fromEntries(fields.map((field) => [field, history.edit(field, null, life)]));
    const rowId = endpoint.dataverse.freshId();
    const asked = { kind: 'create', id: this.nextId(), rowId, values, isTaken: false } as const;
    this.open = asked;
    world.trace({ what: 'note', text: `A person asks before he makes ${rowId}: ${JSON.stringify(values)}.` });
    const cells = Object.fromEntries(
      fields.map((field) => [field, forms.toCell('dataverse', field, values[field] ?? 0)]),
    );
    mappers[0]?.newcomer('dataverse', {
      ...{ id: asked.id, kind: 'create', from: 'dataverse', nativeId: rowId },
      cells: { ...cells, isInScope: true },
      savedUntilMs: world.now + SAVED_WITHIN_STEPS,
    });
    return true;
  }

  /** @returns false: nobody can be asked now, or somebody asks already */
  remove(row: EndpointRow): boolean {
    const { world } = this;
    if (this.open !== null) return false;
    const asked = { kind: 'delete', id: this.nextId(), row, isTaken: false } as const;
    this.open = asked;
    this.asked.set(asked.id, row);
    world.trace({ what: 'note', text: `A person asks before he deletes ${row.id}.` });
    const isTakenIn = world.mappers[0]?.call('dataverse', {
      ...{ id: asked.id, kind: 'delete', from: 'dataverse', nativeId: row.id, cells: {} },
      savedUntilMs: world.now + SAVED_WITHIN_STEPS,
    });
    if (isTakenIn !== true) this.leave();
    return isTakenIn === true;
  }

  /** F&O is about to lose its row by our hand: whoever asked for that has deleted what he saw. */
  took(write: Write): void {
    const row = this.planned.get(write.id);
    if (row) this.world.history.personDeletes(row, this.world.owned);
  }

  /** Which of the pair's writes is carried out for the one who asks? */
  follow({ pairId, intents }: PairState): void {
    for (const { call, number } of intents) {
      const row = this.asked.get(call ?? '');
      if (row) this.planned.set(writeId(pairId, number), row);
    }
  }

  hear(ends: readonly CallEnd[]): void {
    const { open } = this;
    const end = ends.find(({ id }) => id === open?.id);
    if (open === null || end === undefined) return;
    this.world.trace({ what: 'note', text: `The person is told: ${end.outcome}.` });
    if (end.outcome === 'applied') open.isTaken = true;
    else this.leave();
  }

  /** Saves what was taken, or leaves it; gives up what takes too long. */
  step(): void {
    const { open, world } = this;
    if (open === null) return;
    if (!open.isTaken) {
      if (world.random() < GIVEN_UP_SHARE) world.mappers[0]?.giveUp(open.id);
      return;
    }
    const { row } = world.endpoint.dataverse;
    const isAsSeen = open.kind === 'create' ? row === null : row !== null && row.version === open.row.version;
    if (!isAsSeen || world.random() >= SAVED_SHARE) {
      this.leave();
      return;
    }
    this.open = null;
    if (open.kind === 'create') {
      world.people.put('dataverse', { id: open.rowId, values: open.values, isInScope: true });
      return;
    }
    world.history.personDeletes(open.row, world.owned);
    world.trace({ what: 'deleted', side: 'dataverse', row: open.row });
    world.endpoint.dataverse.remove({ id: open.row.id, expects: String(open.row.version) });
  }

  /** What was never saved may stay where it was taken, or go. */
  leave(): void {
    const { open, world } = this;
    this.open = null;
    if (open?.kind !== 'create') return;
    for (const value of Object.values(open.values)) world.history.journaled.add(value);
  }

  private nextId(): string {
    this.count += 1;
    return `row-call-${this.count}`;
  }
}
