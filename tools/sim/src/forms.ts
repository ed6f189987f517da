import type { Cell, Side } from '@dualwrite/events';
import type { Scenario } from './scenarios';

/**
 * How a side shows the values that the world is made of: a value is the number of the edit that made it, 0 is empty.
 * What connectors and planner see are cells only.
 */
export interface Forms {
  toCell(side: Side, field: string, value: number): Cell;
  fromCell(side: Side, field: string, cell: Cell): number;
}

/** A lookup: in F&O a code, in Dataverse the id of a row. */
export const REFERENCE_FIELD = 'b';
const ID_PREFIX = 'id-';
/** What Dataverse makes of every value that it is given. */
const SERVER_TAIL = 0.5;

export function formsOf(scenario: Scenario): Forms {
  const isId = (side: Side, field: string): boolean =>
    scenario.references === true && side === 'dataverse' && field === REFERENCE_FIELD;
  return {
    toCell: (side, field, value) => {
      if (value === 0) return null;
      if (isId(side, field)) return `${ID_PREFIX}${value}`;
      return scenario.hasServerForms && side === 'dataverse' ? value + SERVER_TAIL : value;
    },
    fromCell: (side, field, cell) => {
      if (cell === null) return 0;
      if (isId(side, field)) return Number(String(cell).slice(ID_PREFIX.length));
      return Math.floor(Number(cell));
    },
  };
}
