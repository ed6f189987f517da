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
      ...{ event: 'deletes-held', severity: 'error', code: 'mass-delete', text },
      ...{ map, mapVersion: rules.version, pairId: null, key: null, intent: null },
      ...{ side: null, table: null, nativeId: null, rowId: null, fields: [], traceId: null },
    },
    startChange(),
    context,
  );
}
