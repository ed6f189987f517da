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
  putComponent(unit, solution.id, { type, id });
}

/** @param behavior of a table: 0 all of it, 1 some parts, 2 the name alone */
export function putComponent(
  unit: Transaction,
  solutionId: string,
  { type, id, behavior }: { type: number; id: string; behavior?: number },
): void {
  const component = idOf(`solutioncomponent:${solutionId}:${id}`);
  unit.put('solutioncomponent', {
    key: component,
    id: component,
    cells: {
      solutioncomponentid: component,
      solutionid: solutionId,
      componenttype: type,
      objectid: id,
      ...(behavior === undefined ? {} : { rootcomponentbehavior: behavior }),
    },
  });
}
