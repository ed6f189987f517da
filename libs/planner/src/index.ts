export { adopt, canHost, nativeIdsOf, pairsAnsweredBy } from './hosting';
export { emptyPair, restoredPair } from './empty-pair';
export { plan } from './planner';
export { showsWritten } from './learn';
export { onlyTo } from './one-way';
export { travelsTo } from './map-rules';
export { conflictsOf } from './choices';
export type { FieldView } from './choices';
export type {
  Announced,
  AnnouncedField,
  Base,
  Choice,
  Intent,
  Leaving,
  Life,
  PairState,
  Park,
  ParkReason,
  PendingCall,
  Seen,
  Verdict,
} from './pair';
export type {
  ConflictPolicy,
  Converted,
  Deactivation,
  DeletePolicy,
  DeleteVersusEdit,
  FieldRule,
  KeyResult,
  LastChange,
  MapRules,
} from './map-rules';
export type { CallEnd, Past, Plan, PlanContext, PlanEvent, PlanNote, PlannedWrite } from './plan';
export type { References, Wanted } from './references';
