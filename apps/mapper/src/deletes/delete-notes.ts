import { BLANK_ENTRY } from '@dualwrite/events';
import { startChange } from '@dualwrite/telemetry';
import { journalRecord, type OutgoingContext, type OutgoingRecord } from '../batch/outgoing';
import type { MapRun } from '../runs/map-run';

/** The breaker has tripped: said once, for the map. */
export function heldDeletesRecord(
  { map, rules }: Pick<MapRun, 'map' | 'rules'>,
  text: string,
  context: OutgoingContext,
): OutgoingRecord {
  return journalRecord(
    {
      ...BLANK_ENTRY,
      ...{ event: 'deletes-held', severity: 'error', code: 'mass-delete', text },
      ...{ map, mapVersion: rules.version },
    },
    startChange(),
    context,
  );
}
