import { z } from 'zod';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const FORM = /^(\d{1,6})([smhd])$/;

/** A span of time with its unit: `90s`, `15m`, `2h`, `7d`. */
export const duration = z.string().regex(FORM, 'must be a number with its unit: 90s, 15m, 2h or 7d');

/** @throws {TypeError} not of the form; what was stored has been checked before */
export function durationMs(text: string): number {
  const [, count, unit] = FORM.exec(text) ?? [];
  if (count === undefined || unit === undefined) throw new TypeError(`not a duration: ${text}`);
  return Number(count) * (UNIT_MS[unit] ?? 0);
}

/** `90 s`, `15 min`, `3 h`, `2 d`: for people. */
export function durationWords(ms: number): string {
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return ms < 172_800_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / 86_400_000)} d`;
}
