/* eslint-disable @nx/enforce-module-boundaries -- libs/connector has no entry of its own for its pure core; through the
   main one, every run would load Nest and TypeORM. Goes when the alias @dualwrite/connector/core is there. */

/** The connectors' decisions, without their stores and HTTP: the one door through which the simulator takes them. */
export {
  classifyAnswer,
  compareBeforeSending,
  emptyEntry,
  floatsUntilMs,
  nextStep,
  observeAnswer,
  recalledEntry,
  restoredEntry,
  toObservation,
  withBegun,
  withdrawAttempt,
} from '../../../libs/connector/src/core';
export type {
  Answer,
  ExecutorFacts,
  RegisterEntry,
  SendAnswer,
  SideRow,
  Step,
} from '../../../libs/connector/src/core';
