// The sandbox may use nothing of ours: expected to be an error of the boundary rule.
import { SIDES } from '@dualwrite/events';

export const insider = SIDES;
