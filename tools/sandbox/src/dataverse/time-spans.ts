import { BadQuery } from '../odata/exchange';

/** From (included) to (left out); a missing end is open. */
export interface TimeSpan {
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly isInverted?: boolean;
}

type Unit = 'Minutes' | 'Hours' | 'Days' | 'Weeks' | 'Months' | 'Years';

const DAY_MS = 86_400_000;
const FIXED_MS: Partial<Record<Unit, number>> = { Minutes: 60_000, Hours: 3_600_000 };
const COUNT_MAX = 10_000;

/** What the date functions of `$filter` mean, in UTC; weeks begin on Sunday. Undefined for another function. */
export function timeSpan(name: string, value: string | undefined, nowMs: number): TimeSpan | undefined {
  const today = startOf('Days', nowMs);
  const counted = /^(Last|Next|OlderThan)X(Minutes|Hours|Days|Weeks|Months|Years)$/.exec(name);
  if (counted) return countedSpan(counted[1] as string, counted[2] as Unit, count(name, value), nowMs);
  const whole = /^(Last|This|Next)(Week|Month|Year)$/.exec(name);
  if (whole) {
    const unit = `${whole[2]}s` as Unit;
    const start = startOf(unit, nowMs);
    const step = { Last: -1, This: 0, Next: 1 }[whole[1] as 'Last' | 'This' | 'Next'];
    return { fromMs: moved(start, unit, step), toMs: moved(start, unit, step + 1) };
  }
  switch (name) {
    case 'Today':
      return { fromMs: today, toMs: today + DAY_MS };
    case 'Yesterday':
      return { fromMs: today - DAY_MS, toMs: today };
    case 'Tomorrow':
      return { fromMs: today + DAY_MS, toMs: today + 2 * DAY_MS };
    case 'Last7Days':
      return { fromMs: today - 7 * DAY_MS, toMs: nowMs };
    case 'Next7Days':
      return { fromMs: nowMs, toMs: today + 8 * DAY_MS };
    case 'On':
    case 'NotOn': {
      const day = dayOf(name, value);
      return { fromMs: day, toMs: day + DAY_MS, isInverted: name === 'NotOn' };
    }
    case 'OnOrAfter':
      return { fromMs: dayOf(name, value) };
    case 'OnOrBefore':
      return { toMs: dayOf(name, value) + DAY_MS };
    default:
      return undefined;
  }
}

function countedSpan(direction: string, unit: Unit, amount: number, nowMs: number): TimeSpan {
  const edge = unit in FIXED_MS ? nowMs : startOf('Days', nowMs);
  if (direction === 'OlderThan') return { toMs: moved(nowMs, unit, -amount) };
  if (direction === 'Last') return { fromMs: moved(edge, unit, -amount), toMs: nowMs };
  return { fromMs: nowMs, toMs: moved(unit in FIXED_MS ? nowMs : edge + DAY_MS, unit, amount) };
}

function startOf(unit: Unit, ms: number): number {
  const date = new Date(ms);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  if (unit === 'Years') return Date.UTC(year, 0, 1);
  if (unit === 'Months') return Date.UTC(year, month, 1);
  return Date.UTC(year, month, unit === 'Weeks' ? day - date.getUTCDay() : day);
}

function moved(ms: number, unit: Unit, amount: number): number {
  const fixed = FIXED_MS[unit] ?? { Days: DAY_MS, Weeks: 7 * DAY_MS }[unit as 'Days' | 'Weeks'];
  if (fixed !== undefined) return ms + fixed * amount;
  const date = new Date(ms);
  if (unit === 'Months') date.setUTCMonth(date.getUTCMonth() + amount);
  else date.setUTCFullYear(date.getUTCFullYear() + amount);
  return date.getTime();
}

function count(name: string, value: string | undefined): number {
  const amount = Number(value);
  if (!Number.isInteger(amount) || amount < 1 || amount > COUNT_MAX)
    throw new BadQuery(`The function '${name}' takes a whole number from 1 to ${COUNT_MAX}.`);
  return amount;
}

function dayOf(name: string, value: string | undefined): number {
  const ms = Date.parse(value ?? '');
  if (Number.isNaN(ms)) throw new BadQuery(`The function '${name}' takes a date, not '${value ?? ''}'.`);
  return startOf('Days', ms);
}
