export {
  announceAppended,
  appendOutbox,
  CreateOutbox1700000000000,
  OUTBOX_VALUE_BYTES_MAX,
  outboxInsert,
  outboxMigration,
} from './outbox';
export { CreateLease1700000000001, leaseMigration, Leases } from './leases';
export { inTransaction, lastly } from './in-transaction';
export {
  isDeadlock,
  isDatabaseAway,
  isUniqueViolation,
  translateDatabaseError,
  translateDriverError,
} from './database-errors';
export { kept, keptStatements } from './kept-statements';
export { openKeptPlans } from './kept-plans';
export { Notices } from './notices';
export { openDatabase } from './open-database';
export { OutboxPublisher } from './outbox-publisher';
export { pause } from './pause';
export { StatementBundle } from './statement-bundle';
export { together } from './together';
export {
  beginStoreEpoch,
  countStoreBeat,
  CreateStoreEpoch1700000000002,
  lockStoreEpoch,
  readStoreEpoch,
  storeEpochMigration,
  storeSettlesInMs,
} from './store-epoch';
export { unnest } from './unnest';
export { Wakeup } from './wakeup';
export type { DatabaseOptions } from './open-database';
export type { HeldLease } from './leases';
export type { OutboxPublisherOptions, OutboxSink } from './outbox-publisher';
export type { OutboxRecord } from './outbox';
export type { SqlExecutor } from './statement-bundle';
export type { StoreEpoch } from './store-epoch';
export type { UnnestClause, UnnestColumns } from './unnest';
