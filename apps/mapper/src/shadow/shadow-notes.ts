import { otherSide } from '@dualwrite/events';
import type { PlanNote } from '@dualwrite/planner';
import type { ShadowFinding } from './shadow-work';

const WORDS = {
  missing: 'we would have made this write, and nothing happened in time',
  different: 'they did something else than we would have',
  extra: 'they made this write, and we would not have',
} as const;

/** A finding as the journal hears of it. */
export function shadowNote({ outcome, kind, side, fields }: ShadowFinding): PlanNote | null {
  if (outcome === 'agreed' || outcome === 'withdrawn') return null;
  return {
    event: 'shadow-differs',
    severity: 'warning',
    side,
    code: outcome,
    text: `${kind} in ${side} for a change in ${otherSide(side)}: ${WORDS[outcome]}`,
    intent: null,
    fields: fields.map(({ field, theirs }) => ({ field, [side]: theirs })),
  };
}
