import type { ODataRequest } from '../odata/exchange';
import type { DataverseContext } from './dataverse-context';
import { refuse } from './dataverse-errors';
import { callerOfUser } from './users';

/**
 * Who a request acts as: `CallerObjectId` names a user by the id of the directory, the older `MSCRMCallerID` by that of
 * the environment. What they may do is not judged here.
 */
export function callerOf(
  context: DataverseContext,
  { caller, headers }: Pick<ODataRequest, 'caller' | 'headers'>,
): string {
  const directoryId = headers['callerobjectid'];
  const userId = headers['mscrmcallerid'];
  if (directoryId === undefined && userId === undefined) return caller;
  for (const row of context.store.table('systemuser').rows.values()) {
    const isMeant =
      directoryId === undefined
        ? row.id === userId?.toLowerCase()
        : row.cells['azureactivedirectoryobjectid'] === directoryId.toLowerCase();
    if (isMeant) return callerOfUser(row);
  }
  return refuse(
    403,
    '0x80040204',
    `The user Id is invalid: ${String(directoryId ?? userId)}. It does not name a user of this environment.`,
  );
}
