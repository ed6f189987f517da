import { PARTITION_COUNTS, SIDES, topicConfig, type Names } from '@dualwrite/events';
import type { TopicSpec } from '@dualwrite/kafka';

/** Topics that belong to no table. One partition where records of different keys are compared with each other. */
export function commonTopics(names: Names): TopicSpec[] {
  return [
    { name: names.maps, partitions: PARTITION_COUNTS.small, config: topicConfig('maps') },
    { name: names.status, partitions: PARTITION_COUNTS.small, config: topicConfig('status') },
    { name: names.stores, partitions: PARTITION_COUNTS.small, config: topicConfig('stores') },
    { name: names.journal, partitions: PARTITION_COUNTS.medium, config: topicConfig('journal') },
    { name: names.calls, partitions: PARTITION_COUNTS.medium, config: topicConfig('calls') },
    // Each process that calls has a partition of its own.
    { name: names.callReplies, partitions: PARTITION_COUNTS.large, config: topicConfig('calls') },
    ...SIDES.map((side) => ({
      name: names.requests(side),
      partitions: PARTITION_COUNTS.small,
      config: topicConfig('requests'),
    })),
  ];
}
