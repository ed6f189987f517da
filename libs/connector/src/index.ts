export { budgetLimits } from './budgets/budget-limits';
export { bootConnector } from './boot-connector';
export { BULK_WAIT_MS, BulkPace } from './feeds/bulk-pace';
export { confirmUnseen } from './feeds/confirm-unseen';
export { ConnectorModule } from './connector.module';
export { connectorSettings } from './connector-settings';
export { Feed } from './feeds/feed';
export { FeedNudges } from './feeds/feed-nudges';
export { FeedStore } from './feeds/feed-store';
export { Register } from './register/register';
export { rowFromWire } from './row-from-wire';
export { SchemaCache } from './tables/schema-cache';
export { SeenRows } from './feeds/seen-rows';
export { SidePort, VERSION_MISSING } from './side-port';
export { sideUsers } from './users/user-credentials';
export { TrackedTables } from './tables/tracked-tables';
export { writeBody } from './write-body';
export type {
  ChunkBounds,
  CreatedMany,
  DocumentAnswer,
  KeyedRow,
  ObservedTable,
  PartToSend,
  SideAnswer,
  SideChunk,
} from './side-port';
export type { ConnectorModuleOptions, FeedParts } from './connector.module';
export type { ConnectorSettings } from './connector-settings';
export type { FeedClass, FeedReport } from './feeds/feed-report';
export type { FeedState } from './feeds/feed-store';
export type { KeyedWrite } from './writes/write-executor';
export type { RowAnswer } from './register/row-answer';
export type { SideRow } from './core/register-entry';
