export { BLANK_ENTRY } from './blank-entry';
export { COVERAGE_ALL_COMPANIES, NO_COMPANY, NOT_BEGUN, isBulkVia } from './observation';
export { CONTRACTS, decodeMessage, encodeMessage, UndecodableMessage } from './codec';
export { DOCUMENT_PART_COUNT_MAX, DOCUMENT_REFUSED } from './document-write';
export { compareRevisions } from './revision';
export { Names, PARTITION_COUNTS, REPLAY_WINDOW_MS, topicConfig } from './topics';
export { otherSide, SIDES } from './side';
export { MAPPER_STORE } from './store-beat';
export { INTENTS_PER_EPOCH, isProvisional, mapperEpochOf, provisionalId, writeId } from './write';
export type { DocumentWrite } from './document-write';
export type { Cell, Cells } from './cells';
export type { Contracts, ContractName, EncodedMessage, IncomingMessage } from './codec';
export type {
  ConnectorRequest,
  CountRequest,
  OperatorWrite,
  CoverRequest,
  ReadChunkRequest,
  ReadRowsRequest,
  WriteRowsRequest,
} from './request';
export type {
  CoverageMarker,
  Observation,
  ObservedRow,
  ObservedVia,
  WriteOutcome,
  WriteResult,
} from './observation';
export { directionOf, isObserved, isPlanned, servesCompany } from './map-record';
export type {
  Backlog,
  Companies,
  DeleteLimit,
  DesiredState,
  Directions,
  MapDirection,
  MapRecord,
  MapState,
  Shadow,
} from './map-record';
export { OPERATOR_WRITE_COUNT_MAX } from './request';
export type {
  Health,
  MapCounts,
  MapStatus,
  RefusedRow,
  RequestStatus,
  ServiceStatus,
  StatusRecord,
} from './status';
export type { JournalEntry, JournalEvent, JournalField } from './journal';
export type { Revision } from './revision';
export type { BegunWrite, StoreBeat } from './store-beat';
export type { Side } from './side';
export type { SizeClass, TopicKind } from './topics';
export type { Write, WriteKind } from './write';
