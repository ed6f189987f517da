import { parseArgs } from 'node:util';

/** What can be killed. */
export const TARGETS = [
  'mapper',
  'fo-connector',
  'dataverse-connector',
  'initial-sync',
  'alerting',
  'console',
  'kafka',
  'postgres',
] as const;
export type Target = (typeof TARGETS)[number];

export interface ChaosSettings {
  readonly minutes: number;
  readonly seed: number;
  readonly kills: readonly Target[];
  /** Of mapper and both connectors. */
  readonly replicas: number;
  readonly customers: number;
  /** The installation's folder stays, with its log. */
  readonly keep: boolean;
  /** Show the plan and do nothing. */
  readonly planOnly: boolean;
}

export const USAGE = `usage: npm run chaos -- [flags]
  --minutes N      how long people work while things break (default 3)
  --seed S         of the plan: who does what, what breaks when (default 1)
  --kill a,b       what is killed and frozen, of ${TARGETS.join(', ')} (default all; none: nothing)
  --replicas N     of mapper and both connectors (default 2)
  --customers N    rows at the start (default 40)
  --keep           keep the installation's folder and its log
  --plan           print the plan of this seed and do nothing
  --json           one JSON object as the last line of stdout; everything else goes to stderr`;

const COUNT_MAX = { minutes: 600, replicas: 5, customers: 5_000 };

/** @returns what is wrong, as text, when the arguments make no sense */
export function parseArguments(args: readonly string[]): ChaosSettings | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        minutes: { type: 'string', default: '3' },
        seed: { type: 'string', default: '1' },
        kill: { type: 'string', default: TARGETS.join(',') },
        replicas: { type: 'string', default: '2' },
        customers: { type: 'string', default: '40' },
        keep: { type: 'boolean', default: false },
        plan: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    const minutes = Number(values.minutes);
    if (!(minutes > 0 && minutes <= COUNT_MAX.minutes))
      throw new Error(`--minutes takes a number up to ${COUNT_MAX.minutes}, not "${values.minutes}"`);
    const kills = values.kill === 'none' ? [] : values.kill.split(',').filter(Boolean);
    const unknown = kills.filter((one) => !TARGETS.some((target) => target === one));
    if (unknown.length > 0)
      throw new Error(`--kill takes ${TARGETS.join(', ')} or none, not "${unknown.join(', ')}"`);
    return {
      minutes,
      seed: wholeNumber('--seed', values.seed, 0, 4_294_967_295),
      kills: kills as Target[],
      replicas: wholeNumber('--replicas', values.replicas, 1, COUNT_MAX.replicas),
      customers: wholeNumber('--customers', values.customers, 1, COUNT_MAX.customers),
      keep: values.keep,
      planOnly: values.plan,
    };
  } catch (error) {
    return `${(error as Error).message}\n${USAGE}`;
  }
}

function wholeNumber(flag: string, text: string, from: number, to: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < from || value > to)
    throw new Error(`${flag} takes a whole number from ${from} to ${to}, not "${text}"`);
  return value;
}
