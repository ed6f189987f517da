import type { SchemaCache } from '@dualwrite/connector';
import type { PlanItem, WantedEntity } from '@dualwrite/provision';
import type { EventReceipts } from '../events/event-receipts';

export interface FoPlannerOptions {
  readonly schemas: SchemaCache;
  readonly receipts: EventReceipts;
  /** Where F&O reaches `/events` from outside; empty: not known here. */
  readonly eventsUrl: string;
}

/**
 * Compares F&O with what the maps need. Entities, columns and the activation of data events have no API that is
 * documented for a service, so each difference comes with what an administrator does.
 */
export class FoPlanner {
  constructor(private readonly options: FoPlannerOptions) {}

  async plan(wanted: readonly WantedEntity[]): Promise<readonly PlanItem[]> {
    const items: PlanItem[] = [];
    for (const entity of wanted) items.push(...(await this.planEntity(entity)));
    return items;
  }

  private async planEntity({ entity, columns }: WantedEntity): Promise<PlanItem[]> {
    const schema = await this.options.schemas.find(entity, columns);
    if (schema === undefined)
      return [
        byHand('entity', entity, 'missing', {
          what: 'there is no public entity of this name',
          remedy: 'Publish it (IsPublic) and refresh the entity list in Data management, then plan again.',
        }),
      ];
    const missing = columns.filter((name) => !schema.columns.has(name));
    return [
      ...missing.map((name) =>
        byHand('column', `${entity}.${name}`, 'missing', {
          what: `the entity has no field ${name}`,
          remedy: 'Extend the entity by the field, or take it out of the map, then plan again.',
        }),
      ),
      ...this.planEvents(entity),
    ];
  }

  private planEvents(entity: string): PlanItem[] {
    if (this.options.receipts.has(entity)) return [];
    const address = this.options.eventsUrl || 'the address of `/events` of the fo-connector';
    return [
      byHand('data-events', entity, 'unconfirmed', {
        what: 'no data event of it has arrived since this service started; until then the sweep finds its changes',
        remedy: `Activate its data events Created, Updated and Deleted for all companies (System administration, Business events catalog, Data event catalog) with an HTTPS endpoint that calls ${address}.`,
      }),
    ];
  }
}

function byHand(
  kind: string,
  where: string,
  state: PlanItem['state'],
  { what, remedy }: { readonly what: string; readonly remedy: string },
): PlanItem {
  return { side: 'fo', kind, where, what, state, isOurs: false, remedy };
}
