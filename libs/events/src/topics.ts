import type { Side } from './side';

export type TopicKind =
  'observations' | 'writes' | 'maps' | 'status' | 'stores' | 'requests' | 'journal' | 'calls';

/** Partition counts by a table's size class; fixed at creation, for keys hash by it. */
export const PARTITION_COUNTS = { small: 1, medium: 3, large: 12 } as const;
export type SizeClass = keyof typeof PARTITION_COUNTS;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How far back a replay by time can reach; below it, the latest observation of each row is kept for ever. */
export const REPLAY_WINDOW_MS = 30 * DAY_MS;

/** Names of topics and consumer groups; the one place where they are built. `prefix` is `dw` by default. */
export class Names {
  constructor(readonly prefix = 'dw') {}

  observations(side: Side, table: string): string {
    return `${this.prefix}.${side}.${table}.observations`;
  }
  writes(side: Side, table: string): string {
    return `${this.prefix}.${side}.${table}.writes`;
  }
  requests(side: Side): string {
    return `${this.prefix}.requests.${side}`;
  }
  get maps(): string {
    return `${this.prefix}.maps`;
  }
  get status(): string {
    return `${this.prefix}.status`;
  }
  get stores(): string {
    return `${this.prefix}.stores`;
  }
  get journal(): string {
    return `${this.prefix}.journal`;
  }
  /** Calls of other programs, in the form of a Nest client over Kafka; the name is the client's pattern. */
  get calls(): string {
    return `${this.prefix}.calls`;
  }
  /** Where such a client listens for the answer: its own rule. */
  get callReplies(): string {
    return `${this.calls}.reply`;
  }
  /** Consumer group of one map: any Kafka tool shows the map's lag by it. */
  mapGroup(map: string): string {
    return `${this.prefix}.mapper.${map}`;
  }
  serviceGroup(service: string, purpose?: string): string {
    return purpose ? `${this.prefix}.${service}.${purpose}` : `${this.prefix}.${service}`;
  }
}

/** Topic configuration by kind (architecture, section 5). */
export function topicConfig(kind: TopicKind): Record<string, string> {
  switch (kind) {
    case 'observations':
      return {
        'cleanup.policy': 'compact',
        'min.compaction.lag.ms': String(REPLAY_WINDOW_MS),
        'max.compaction.lag.ms': String(REPLAY_WINDOW_MS + DAY_MS),
        'segment.ms': String(DAY_MS),
        'message.timestamp.type': 'LogAppendTime',
      };
    case 'maps':
    case 'status':
      return { 'cleanup.policy': 'compact', 'message.timestamp.type': 'LogAppendTime' };
    case 'stores':
      // A few words that are said again and again, and read whole at every start: kept short.
      return {
        'cleanup.policy': 'compact',
        'message.timestamp.type': 'LogAppendTime',
        'segment.ms': String(HOUR_MS),
        'min.cleanable.dirty.ratio': '0.1',
      };
    case 'calls':
      // Whoever asked has given up long before.
      return {
        'cleanup.policy': 'delete',
        'retention.ms': String(HOUR_MS),
        'message.timestamp.type': 'LogAppendTime',
      };
    case 'writes':
    case 'requests':
    case 'journal':
      return {
        'cleanup.policy': 'delete',
        'retention.ms': String(7 * DAY_MS),
        'message.timestamp.type': 'LogAppendTime',
      };
  }
}
