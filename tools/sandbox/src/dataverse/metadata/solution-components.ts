import { idOf } from '../../http/token-server';
import type { ODataRequest } from '../../odata/exchange';
import type { Transaction } from '../../store/transaction';
import type { DataverseContext } from '../dataverse-context';
import { refuse } from '../dataverse-errors';

export const COMPONENT_TYPES = { table: 1, column: 2, relationship: 10, key: 14 };

/** `MSCRM.SolutionUniqueName` puts what is made into that solution. */
export function noteComponent(
  { store }: DataverseContext,
  unit: Transaction,
  { headers }: ODataRequest,
  { type, id }: { type: number; id: string },
): void {
  const uniqueName = headers['mscrm.solutionuniquename'];
  if (uniqueName === undefined) return;
  const solution = store.table('solution').findUnique('uniquename_key', { uniquename: uniqueName });
  if (!solution) return refuse(404, '0x80040217', `The solution '${uniqueName}' does not exist.`);
  const component = idOf(`solutioncomponent:${solution.id}:${id}`);
  unit.put('solutioncomponent', {
    key: component,
    id: component,
    cells: { solutioncomponentid: component, solutionid: solution.id, componenttype: type, objectid: id },
  });
}
