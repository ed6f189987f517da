export { asProvisioned } from './as-provisioned';
export { buildSolution } from './solution/build-solution';
export { checkCompanies } from './check-result';
export { checkDataverse } from './check-dataverse';
export { checkFo } from './check-fo';
export {
  changedStepBody,
  columnBody,
  endpointBody,
  keyBody,
  lookupBody,
  stepBody,
  tableBody,
  WEBHOOK_KEY_HEADER,
} from './dataverse-bodies';
export { deriveDefinitions } from './derive-definitions';
export { planTables } from './plan-tables';
export { ENDPOINT_NAME, planWebhook, WATCHED_MESSAGES } from './plan-webhook';
export { COLUMN_TYPES, STANDARD_TABLES } from './table-definition';
export { wantedEntitiesForm, wantedTablesForm } from './wanted-form';
export { wantedOf } from './wanted';
export type { CheckResult, SideChecks } from './check-result';
export type { DataverseFacts } from './check-dataverse';
export type { FoFacts } from './check-fo';
export type { ActualTable, PlannedItem } from './plan-tables';
export type { ActualWebhook } from './plan-webhook';
export type { ColumnDefinition, ColumnKind, TableDefinition } from './table-definition';
export type { DataverseStep, EndpointSettings, StepSettings } from './dataverse-step';
export type { PlanItem, PlanItemState } from './plan-item';
export type { Wanted, WantedColumn, WantedEntity, WantedTable } from './wanted';
export type { Solution, SolutionCounts, SolutionFile } from './solution/build-solution';
