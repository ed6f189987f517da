import { parseArgs } from 'node:util';

export interface SoakSettings {
  readonly minutes: number;
  /** The installation's folder stays, with its log. */
  readonly keep: boolean;
}

export const USAGE = `usage: npm run soak -- [flags]
  --minutes N      how long twice as much is offered as the budgets carry (default 30)
  --keep           keep the installation's folder and its log
  --json           one JSON object as the last line of stdout; everything else goes to stderr`;

const MINUTES_MAX = 1_440;

/** @returns what is wrong, as text, when the arguments make no sense */
export function parseArguments(args: readonly string[]): SoakSettings | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        minutes: { type: 'string', default: '30' },
        keep: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    const minutes = Number(values.minutes);
    if (!(minutes > 0 && minutes <= MINUTES_MAX))
      throw new Error(`--minutes takes a number up to ${MINUTES_MAX}, not "${values.minutes}"`);
    return { minutes, keep: values.keep };
  } catch (error) {
    return `${(error as Error).message}\n${USAGE}`;
  }
}
