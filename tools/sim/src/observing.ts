import type { Side } from '@dualwrite/events';
import type { Page } from './endpoint';
import type { SideRow } from './protocol';
import { FO_NATIVE_ID } from './sim-map';
import type { World } from './world';

/** Answered by the server, not yet received by the connector. */
type Pending =
  | { readonly kind: 'page'; readonly sentAt: string; readonly page: Page }
  | {
      readonly kind: 'row';
      readonly sentAt: string;
      readonly nativeId: string;
      readonly row: SideRow | null;
      readonly deletedUnnamed: boolean;
    };

/** How the connectors look at the sides: pages of a change feed in Dataverse, events and keyed reads in F&O. */
export class Observing {
  readonly answers: Readonly<Record<Side, Pending[]>> = { fo: [], dataverse: [] };
  private foEventsAt = 0;

  constructor(private readonly world: World) {}

  /** F&O's events only say "look at it"; those of deletes may be dropped. */
  ask(side: Side): void {
    const { endpoint, register } = this.world;
    const sentAt = register[side].position();
    if (side === 'dataverse') {
      const page = endpoint.dataverse.page(register.dataverse.cursor);
      this.answers.dataverse.push({ kind: 'page', sentAt, page });
      return;
    }
    const events = endpoint.fo.changes.filter((change) => change.at > this.foEventsAt);
    this.foEventsAt = endpoint.fo.clock;
    const heard = events.filter((event) => event.deletedId === null || !this.world.strikes('dropDeletes'));
    if (heard.length === 0) return;
    const isDelete = heard.some((event) => event.deletedId !== null);
    this.read('fo', FO_NATIVE_ID, isDelete);
  }

  /** The sweep of a table, or a look at one row. */
  read(side: Side, nativeId: string, deletedUnnamed = false): void {
    const { world } = this;
    world.count.reads += 1;
    const row = this.look(side, nativeId);
    const sentAt = world.register[side].position();
    this.answers[side].push({ kind: 'row', sentAt, nativeId, row, deletedUnnamed });
  }

  look(side: Side, nativeId: string): SideRow | null {
    const { world } = this;
    const { row, traits } = world.endpoint[side];
    if (side === 'dataverse' && row?.id !== nativeId) return null;
    // Rule 4: a 404 under the key that we know is no absence, for the row may have another key since.
    const key = world.register[side].entries.get(nativeId)?.row?.cells['k'] ?? null;
    const isMissed = row !== null && key !== null && row.values['k'] !== key;
    if (isMissed && !(world.has('confirm-by-id') && traits.showsIds)) return null;
    return world.endpoint[side].read();
  }

  receive(side: Side): void {
    const { world } = this;
    const list = this.answers[side];
    if (list.length === 0) return;
    const isShuffled = (world.scenario.faults?.feedChaos ?? 0) > 0 && !world.isDraining;
    const index = isShuffled ? Math.floor(world.random() * list.length) : 0;
    const answer = list[index];
    if (answer === undefined) return;
    // Where chaos strikes, it is delivered once more, later.
    if (!world.strikes('feedChaos')) list.splice(index, 1);
    if (answer.kind === 'page') this.receivePage(answer.sentAt, answer.page);
    else {
      this.receiveRow(side, answer);
      if (side === 'fo' || world.register.dataverse.epoch > 1) world.register[side].cover();
    }
  }

  private receiveRow(side: Side, answer: Extract<Pending, { kind: 'row' }>): void {
    const { nativeId, sentAt, row, deletedUnnamed } = answer;
    const { world } = this;
    const register = world.register[side];
    // A read that finds nothing where nothing is known is no news about any row.
    if (row === null && !register.entries.has(nativeId)) return;
    const crash = (): boolean => world.strikes('registerCrash');
    const stored = register.observe(nativeId, { sentAt, row, deletedUnnamed }, crash);
    world.trace({ what: 'read', side, row, stored });
    if (stored === 'read-again') this.read(side, nativeId, deletedUnnamed);
  }

  private receivePage(sentAt: string, page: Page): void {
    const { world } = this;
    const register = world.register.dataverse;
    // Rule 3: another page came first, this one is void.
    if (page.since !== register.cursor) return;
    const crash = (): boolean => world.strikes('registerCrash');
    world.trace({ what: 'page', page });
    for (const id of page.deletedIds) {
      if (register.observe(id, { sentAt, row: undefined, deleted: true }, crash) === 'crashed') return;
    }
    const isFull = page.since === 0;
    const named = page.row?.id ?? null;
    const absent = isFull ? [...register.entries.keys()].filter((id) => id !== named) : [];
    for (const [nativeId, row] of [[named, page.row] as const, ...absent.map((id) => [id, null] as const)]) {
      if (nativeId === null) continue;
      const stored = register.observe(nativeId, { sentAt, row }, crash);
      if (stored === 'crashed') return;
      if (stored === 'read-again') this.read('dataverse', nativeId);
    }
    register.cursor = Math.max(register.cursor, page.token);
    if (isFull || register.epoch > 1) register.cover();
  }
}
