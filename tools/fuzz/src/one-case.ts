import { Chance } from './chance';
import type { FuzzTarget } from './target';

export interface FuzzCase {
  readonly target: FuzzTarget;
  readonly targetIndex: number;
  readonly input: string | Buffer;
}

/** The case of this number: it depends on the seed and the list of targets, and on nothing that ran before. */
export function caseOf(targets: readonly FuzzTarget[], seed: number, caseNumber: number): FuzzCase {
  const chance = new Chance(seed, caseNumber);
  const targetIndex = caseNumber % targets.length;
  const target = targets[targetIndex];
  if (target === undefined) throw new Error('there is no target');
  return { target, targetIndex, input: target.sample(chance) };
}
