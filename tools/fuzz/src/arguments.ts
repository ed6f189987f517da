import { parseArgs } from 'node:util';

export interface FuzzSettings {
  readonly minutes: number;
  readonly seed: number;
  /** Of targets; empty: all. */
  readonly only: readonly string[];
  /** Run this one case and show its input. */
  readonly caseNumber: number | null;
}

export const USAGE = `usage: npm run fuzz -- [flags]
  --minutes N    how long (default 1; 0.5 is half a minute)
  --seed S       of all cases (default 1)
  --only a,b     targets; --list names them (default all)
  --case N       run case N of the seed alone and print its input
  --list         print the targets and do nothing
  --json         one JSON object as the last line of stdout; everything else goes to stderr`;

const MINUTES_MAX = 600;
const UINT32_MAX = 4_294_967_295;

/** @returns what is wrong, as text, when the arguments make no sense */
export function parseArguments(args: readonly string[], targets: readonly string[]): FuzzSettings | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        minutes: { type: 'string', default: '1' },
        seed: { type: 'string', default: '1' },
        only: { type: 'string', default: '' },
        case: { type: 'string' },
        list: { type: 'boolean' },
        json: { type: 'boolean' },
      },
    });
    const minutes = Number(values.minutes);
    if (!(minutes > 0 && minutes <= MINUTES_MAX))
      throw new Error(`--minutes takes a number up to ${MINUTES_MAX}, not "${values.minutes}"`);
    const only = values.only.split(',').filter(Boolean);
    const unknown = only.filter((one) => !targets.includes(one));
    if (unknown.length > 0)
      throw new Error(`--only takes ${targets.join(', ')}, not "${unknown.join(', ')}"`);
    return {
      minutes,
      seed: wholeNumber('--seed', values.seed),
      only,
      caseNumber: values.case === undefined ? null : wholeNumber('--case', values.case),
    };
  } catch (error) {
    return `${(error as Error).message}\n${USAGE}`;
  }
}

function wholeNumber(flag: string, text: string): number {
  const value = Number(text);
  if (text === '' || !Number.isInteger(value) || value < 0 || value > UINT32_MAX)
    throw new Error(`${flag} takes a whole number from 0 to ${UINT32_MAX}, not "${text}"`);
  return value;
}
