import { idOf } from '../../http/token-server';
import type { DataverseContext } from '../dataverse-context';

const MESSAGES = ['Create', 'Update', 'Delete', 'Assign', 'SetState', 'CreateMultiple', 'UpdateMultiple'];

export const messageId = (name: string): string => idOf(`sdkmessage:${name}`);
export const messageFilterId = (name: string, table: string): string =>
  idOf(`sdkmessagefilter:${name}:${table}`);

/** `sdkmessage` and, per table, `sdkmessagefilter`: what a step can be registered for, and which bulk calls there are. */
export function fillMessages({ store, catalog }: DataverseContext): void {
  const messages = store.table('sdkmessage').rows;
  const filters = store.table('sdkmessagefilter').rows;
  if (!catalog.get('sdkmessage') || !catalog.get('sdkmessagefilter')) return;
  const tables = catalog.all().filter(({ name }) => !filters.has(messageFilterId('Create', name)));
  if (messages.size > 0 && tables.length === 0) return;
  store.transaction((unit) => {
    for (const name of MESSAGES) {
      const id = messageId(name);
      if (!messages.has(id))
        unit.put('sdkmessage', { key: id, id, cells: { sdkmessageid: id, name, isprivate: false } });
      for (const table of tables) {
        const filter = messageFilterId(name, table.name);
        const cells = {
          sdkmessagefilterid: filter,
          sdkmessageid: id,
          primaryobjecttypecode: table.name,
          secondaryobjecttypecode: 'none',
          iscustomprocessingstepallowed: true,
          isvisible: true,
        };
        unit.put('sdkmessagefilter', { key: filter, id: filter, cells });
      }
    }
  });
}
