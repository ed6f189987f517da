import type { FoTable } from '../../edm/fo-table';
import type { FaultEffect } from '../../faults/fault-plan';
import type { Write } from '../../store/transaction';
import type { FoContext } from '../fo-context';
import { dataEvent } from './data-event';
import { DATAVERSE_RULES, EventDelivery, FO_RULES } from './event-delivery';
import { EventRate } from './event-rate';

/** Data events of the entities and companies that they are switched on for. */
export class DataEvents {
  private readonly delivery: EventDelivery;
  private readonly rate = new EventRate();

  constructor(private readonly context: FoContext) {
    const { options } = context;
    this.delivery = new EventDelivery({
      url: () => options.get('dataEventsUrl'),
      timeoutMs: () => options.get('dataEventTimeoutMs'),
      rules: () => (options.get('dataEventsThroughDataverse') ? DATAVERSE_RULES : FO_RULES),
    });
  }

  get figures(): EventDelivery['figures'] {
    return this.delivery.figures;
  }

  raise(table: FoTable, write: Write, caller: string, effect: FaultEffect): void {
    const { options, clock, store } = this.context;
    if (options.get('dataEventsUrl') === '' || !this.isActive(table, write)) return;
    if (effect.dropEvent) {
      this.delivery.figures.dropped += 1;
      return;
    }
    const body = dataEvent(table, write, {
      caller,
      nowMs: clock.nowMs(),
      organizationId: store.environmentId,
      hasVirtualNames: options.get('dataEventVirtualNames'),
    });
    const delayMs = (effect.delayEventMs ?? 0) + this.slowness();
    this.delivery.send(body, { delayMs });
    if (effect.duplicateEvent) this.delivery.send(body, { delayMs });
  }

  close(): void {
    this.delivery.close();
  }

  private isActive(table: FoTable, { before, after }: Write): boolean {
    const tables = this.context.options.get('dataEventTables');
    if (tables.length > 0 && !tables.includes(table.set)) return false;
    const companies = this.context.options.get('dataEventCompanies');
    if (companies.length === 0 || !table.hasCompany) return true;
    return companies.includes(String((after ?? before)?.cells['dataAreaId']));
  }

  /** What is beyond the supported rate is still sent, but late. */
  private slowness(): number {
    const { options, clock } = this.context;
    const isOver = this.rate.isOver(clock.nowMs(), {
      per5Minutes: options.get('dataEventsPer5MinutesMax'),
      perHour: options.get('dataEventsPerHourMax'),
    });
    return isOver ? options.get('dataEventSlowMs') : 0;
  }
}
