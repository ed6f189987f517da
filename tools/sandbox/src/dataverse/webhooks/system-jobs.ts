import type { DataverseTable } from '../../edm/dataverse-table';
import type { Write } from '../../store/transaction';
import type { DataverseContext } from '../dataverse-context';
import type { Cause } from './execution-context';
import { MESSAGES } from './execution-context';
import type { Step } from './step-registry';
import { isTaken, type CallEnd } from './webhook-call';

const COMPLETED = 3;
const SUCCEEDED = 30;
const FAILED = 31;

/** An asynchronous step that has ended is a system job; one that went well may be deleted at once. */
export function finishJob(
  { store, clock }: DataverseContext,
  { step, table, write, cause }: { step: Step; table: DataverseTable; write: Write; cause: Cause },
  end: CallEnd,
): void {
  if (isTaken(end) && step.deletesFinishedJobs) return;
  const now = clock.nowText();
  const message =
    'status' in end ? `The webhook answered ${end.status}.` : `The webhook call failed: ${end.problem}`;
  store.transaction((unit) => {
    const cells = {
      asyncoperationid: cause.operationId,
      name: step.name,
      operationtype: 1,
      messagename: MESSAGES[write.operation],
      primaryentitytype: table.name,
      regardingobjectid: (write.after ?? write.before)?.id ?? '',
      owningextensionid: step.id,
      correlationid: cause.correlationId,
      statecode: COMPLETED,
      statuscode: isTaken(end) ? SUCCEEDED : FAILED,
      ...(isTaken(end) ? {} : { message, friendlymessage: message }),
      createdon: now,
      startedon: `${new Date(cause.atMs).toISOString().slice(0, 19)}Z`,
      completedon: now,
      modifiedon: now,
    };
    unit.put('asyncoperation', { key: cause.operationId, id: cause.operationId, cells });
  });
}
