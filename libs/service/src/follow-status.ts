import { decodeMessage, UndecodableMessage, type Names, type StatusRecord } from '@dualwrite/events';
import type { CompactedReader, CompactedRecord, KafkaLink } from '@dualwrite/kafka';
import { log } from '@dualwrite/telemetry';

export interface FollowStatusOptions {
  readonly link: Pick<KafkaLink, 'readCompacted'>;
  readonly names: Names;
  readonly service: string;
  readonly instance: string;
  readonly onStatus: (status: StatusRecord) => void;
}

/** What replicas say on `dw.status`: read whole at the start, then followed. Resolves once it is caught up. */
export async function followStatus({
  link,
  names,
  service,
  instance,
  onStatus,
}: FollowStatusOptions): Promise<CompactedReader> {
  const reader = await link.readCompacted({
    topic: names.status,
    groupPrefix: `${names.serviceGroup(service)}.${instance}.status`,
    onRecord: (record) => {
      const status = statusOf(record);
      if (status !== undefined) onStatus(status);
    },
  });
  await reader.caughtUp;
  return reader;
}

function statusOf(record: CompactedRecord): StatusRecord | undefined {
  if (record.value === null) return undefined;
  try {
    return decodeMessage(record, 'status').message;
  } catch (error) {
    // One replica's bad word must not hide what the others say.
    if (!(error instanceof UndecodableMessage)) throw error;
    log.warn('status.undecodable', { key: record.key, offset: record.offset, error });
    return undefined;
  }
}
