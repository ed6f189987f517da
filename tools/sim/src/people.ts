import { SIDES, type Side } from '@dualwrite/events';
import type { EndpointRow } from './endpoint';
import type { World } from './world';

/** People on both sides, and a plug-in that has the last word on one field in Dataverse. */
export class People {
  isPluginDue = false;
  /** Values that the plug-in has put into its form. */
  private readonly normal = new Set<number>();
  /** Lives that a side without visible ids has ever shown under the key. */
  private readonly shown: Record<Side, number[]> = { fo: [], dataverse: [] };

  constructor(private readonly world: World) {}

  act(): void {
    const { world } = this;
    const { history, scenario } = world;
    const side = world.pick(SIDES);
    const endpoint = world.endpoint[side];
    const { row } = endpoint;
    if (row && scenario.deletes && world.random() < scenario.deletes) {
      world.count.edits += 1;
      if (side === 'dataverse' && this.asks() && world.askingRows.remove(row)) return;
      history.personDeletes(row, world.owned);
      world.trace({ what: 'deleted', side, row });
      endpoint.remove({ id: row.id, expects: String(row.version) });
      return;
    }
    if (!row) {
      if (scenario.noCreates?.includes(side)) return;
      world.count.edits += 1;
      if (side === 'dataverse' && this.asks() && world.askingRows.make()) return;
      this.create(side);
      return;
    }
    if (scenario.scopeChanges && side === 'dataverse' && world.random() < scenario.scopeChanges) {
      this.save(side, endpoint.put({ ...row, isInScope: !row.isInScope }).kind === 'done');
      return;
    }
    const field = world.pick(world.fields);
    world.count.edits += 1;
    if (scenario.asks && world.random() < scenario.asks && world.asking.begin(side, field)) return;
    const value = history.edit(field, row.values[field] ?? null, 0);
    this.put(side, { ...row, values: { ...row.values, [field]: value } });
  }

  private asks(): boolean {
    const { asksRows } = this.world.scenario;
    return asksRows !== undefined && this.world.random() < asksRows;
  }

  put(side: Side, row: Omit<EndpointRow, 'version'>): void {
    this.world.endpoint[side].put(row);
    this.save(side, true);
  }

  create(side: Side): void {
    const { history, fields, endpoint } = this.world;
    const life = history.newLife();
    const values: Record<string, number> = {};
    for (const field of fields) values[field] = history.edit(field, null, life);
    if (!endpoint[side].traits.showsIds) history.remade(this.shown[side], life);
    endpoint[side].put({ id: endpoint[side].freshId(), values, isInScope: true });
    this.save(side, true);
  }

  /** Somebody saved a row: a person, or the hub. */
  afterSave(side: Side, row: EndpointRow): void {
    const { history, scenario, endpoint } = this.world;
    if (!endpoint[side].traits.showsIds) this.shown[side].push(...history.livesOf(row.values));
    history.saved(side, row);
    if (scenario.plugin && side === 'dataverse' && !this.normal.has(row.values['b'] ?? 0))
      this.isPluginDue = true;
  }

  runPlugin(): void {
    const { endpoint, history } = this.world;
    this.isPluginDue = false;
    const { row } = endpoint.dataverse;
    const before = row?.values['b'];
    if (!row || before === undefined || this.normal.has(before)) return;
    const value = history.edit('b', before, 0);
    this.normal.add(value);
    endpoint.dataverse.put({ ...row, values: { ...row.values, b: value } });
    this.world.trace({ what: 'plug-in', row: endpoint.dataverse.row });
  }

  private save(side: Side, isSaved: boolean): void {
    const { row } = this.world.endpoint[side];
    if (!isSaved || !row) return;
    this.afterSave(side, row);
    this.world.trace({ what: 'saved', side, row });
  }
}
