import { decodeMessage, UndecodableMessage, type Names } from '@dualwrite/events';
import type { CompactedRecord, KafkaLink } from '@dualwrite/kafka';
import { log } from '@dualwrite/telemetry';
import type { ConnectorWatch } from './connector-watch';

/** Feeds the watch from dw.status, read whole at the start: the answer to what was asked before a crash is in it. */
export async function followStatus(
  watch: ConnectorWatch,
  link: KafkaLink,
  options: { readonly names: Names; readonly instance: string; readonly onNews: () => void },
): Promise<void> {
  const { names, instance, onNews } = options;
  const reader = await link.readCompacted({
    topic: names.status,
    groupPrefix: `${names.serviceGroup('initial-sync')}.${instance}.state`,
    onRecord: (record) => {
      if (note(watch, record)) onNews();
    },
  });
  await reader.caughtUp;
}

function note(watch: ConnectorWatch, record: CompactedRecord): boolean {
  if (record.value === null) return false;
  try {
    return watch.note(decodeMessage(record, 'status').message);
  } catch (error) {
    // An answer that does not decode is like one that did not come: the chunk is asked for again.
    if (!(error instanceof UndecodableMessage)) throw error;
    log.warn('initial_sync.status_undecodable', { key: record.key, offset: record.offset, error });
    return false;
  }
}
