export {
  companyCodes,
  DATAVERSE_ACCOUNTS,
  FO_CUSTOMERS,
  foCustomerPath,
  navigationProperties,
} from './customers';
export { eventually } from './eventually';
export { startStack } from './running-stack';
export type { Difference, Killable, RunningStack } from './running-stack';
export type { MapAct, MapStatus, RowEvent } from './dw';
export type { Fault, LoggedCommit, Row } from './sandbox-side';
export type { StackFile } from './stack-file';
