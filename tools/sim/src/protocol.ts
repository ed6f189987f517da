/** The connectors' decisions, without their stores and HTTP: the one door through which the simulator takes them. */
export {
  classifyAnswer,
  emptyEntry,
  floatsUntilMs,
  markAttempt,
  nextStep,
  observeAnswer,
  toObservation,
  withdrawAttempt,
  compareBeforeSending,
} from '../../../libs/connector/src/core';
export type {
  Answer,
  AnsweredWrite,
  RegisterEntry,
  SendAnswer,
  SideRow,
} from '../../../libs/connector/src/core';
