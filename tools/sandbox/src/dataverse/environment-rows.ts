import { idOf } from '../http/token-server';
import type { Cells } from '../store/row';
import type { Transaction } from '../store/transaction';
import type { DataverseContext } from './dataverse-context';
import { ROOT_UNIT, userOf } from './users';

/** Rows that every environment has. */
export function fillEnvironment(context: DataverseContext, unit: Transaction): void {
  const { store, clock, options } = context;
  const now = clock.nowText();
  const organizationid = store.environmentId;
  const put = (table: string, id: string, cells: Cells): void => {
    unit.put(table, { key: id, id, cells: { [`${table}id`]: id, ...cells } });
  };
  put('organization', organizationid, {
    name: 'sandbox',
    languagecode: 1033,
    expirechangetrackingindays: options.get('expireChangeTrackingInDays'),
  });
  put('businessunit', ROOT_UNIT, { name: 'sandbox', createdon: now, modifiedon: now });
  put('team', idOf('team:sandbox'), { name: 'sandbox', businessunitid: ROOT_UNIT });
  for (const name of ['System Administrator', 'Basic User'])
    put('role', idOf(`role:${name}`), { name, businessunitid: ROOT_UNIT });
  const publisher = idOf('publisher:sandbox');
  put('publisher', publisher, {
    uniquename: 'DefaultPublishersandbox',
    friendlyname: 'Default Publisher for sandbox',
    customizationprefix: 'new',
    customizationoptionvalueprefix: 10_000,
  });
  for (const [uniquename, friendlyname] of [
    ['Default', 'Default Solution'],
    ['Active', 'Active Solution'],
  ] as const)
    put('solution', idOf(`solution:${uniquename}`), {
      uniquename,
      friendlyname,
      version: '1.0',
      publisherid: publisher,
      ismanaged: false,
      isvisible: uniquename === 'Default',
    });
  userOf(context, unit, 'SYSTEM');
}

/** The setting of the environment that says how long change-tracking tokens live. */
export function setTrackingDays({ store }: DataverseContext, days: number): void {
  const row = store.table('organization').rows.get(store.environmentId);
  if (!row) return;
  const cells = { ...row.cells, expirechangetrackingindays: days };
  store.transaction((unit) => unit.put('organization', { key: row.key, id: row.id, cells }));
}

export function trackingDays({ store, options }: DataverseContext): number {
  const set = store.table('organization').rows.get(store.environmentId)?.cells['expirechangetrackingindays'];
  return typeof set === 'number' ? set : options.get('expireChangeTrackingInDays');
}
