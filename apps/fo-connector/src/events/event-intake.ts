import type { TrackedTables } from '@dualwrite/connector';
import { eventTarget } from '@dualwrite/odata';
import { counter } from '@dualwrite/telemetry';
import type { EventReader } from './event-reader';
import type { EventReceipts } from './event-receipts';

const EVENT_COUNT_MAX = 1_000;
const received = counter(
  'dualwrite.events.received',
  '{event}',
  'Data events, by whether they name a row of ours, and by the way they came',
);

export interface EventIntakeParts {
  readonly reader: Pick<EventReader, 'tell'>;
  readonly tables: Pick<TrackedTables, 'current'>;
  readonly receipts: Pick<EventReceipts, 'note'>;
}

/** Takes in what F&O says has changed, whatever way it came. What is left out or fails later is healed by the sweep. */
export class EventIntake {
  constructor(private readonly parts: EventIntakeParts) {}

  /** @param body one event or a list of them; @returns how many name a row of ours */
  take(body: unknown, way: 'https' | 'event-hub'): number {
    const { reader, tables, receipts } = this.parts;
    const schemas = tables.current().map(({ schema }) => schema);
    const events: unknown[] = Array.isArray(body) ? body.slice(0, EVENT_COUNT_MAX) : [body];
    let taken = 0;
    for (const event of events) {
      const target = eventTarget(event, schemas);
      received.add(1, { outcome: target === null ? 'not-ours' : 'taken', way });
      if (target === null) continue;
      receipts.note(target.table);
      reader.tell(target);
      taken++;
    }
    return taken;
  }
}
