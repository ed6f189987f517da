/** One of the two systems that are kept in step: `fo` (Finance and Operations) or `dataverse`. */
export type Side = 'fo' | 'dataverse';

export const SIDES = ['fo', 'dataverse'] as const satisfies readonly Side[];

export function otherSide(side: Side): Side {
  return side === 'fo' ? 'dataverse' : 'fo';
}
