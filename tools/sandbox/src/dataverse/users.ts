import { idOf } from '../http/token-server';
import type { Row } from '../store/row';
import type { Transaction } from '../store/transaction';
import type { DataverseContext } from './dataverse-context';

/** The business unit that owns everything. */
export const ROOT_UNIT = idOf('businessunit:root');

const ACTING = 'user:';

/** How a request that acts for somebody else names its caller. */
export const callerOfUser = ({ id }: Row): string => `${ACTING}${id}`;

export const userIdOf = (caller: string): string =>
  caller.startsWith(ACTING) ? caller.slice(ACTING.length) : idOf(`systemuser:${caller}`);

/** The application user of a caller; made when it first writes. */
export function userOf(context: DataverseContext, unit: Transaction, caller: string): string {
  const id = userIdOf(caller);
  if (context.catalog.get('systemuser') && !context.store.table('systemuser').rows.has(id)) {
    const now = context.clock.nowText();
    const cells = {
      systemuserid: id,
      fullname: `# ${caller}`,
      applicationid: caller,
      azureactivedirectoryobjectid: idOf(`directory:${caller}`),
      businessunitid: ROOT_UNIT,
      createdon: now,
      modifiedon: now,
    };
    unit.put('systemuser', { key: id, id, cells });
  }
  return id;
}
