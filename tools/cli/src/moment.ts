import { EXIT } from './exit-codes';
import { failed } from './problem';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `2h` (ago) or a time, as the API takes it. @throws {CommandFailed} neither */
export function momentOf(text: string | undefined, option: string, nowMs = Date.now()): string | undefined {
  if (text === undefined) return undefined;
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) {
    return new Date(nowMs - Number(count) * (UNIT_MS[unit] ?? 0)).toISOString();
  }
  const atMs = Date.parse(text);
  if (!Number.isNaN(atMs)) return new Date(atMs).toISOString();
  throw failed(EXIT.invalid, 'usage', `${option} takes a time like 2026-11-23T08:00:00Z, or 90m, 2h, 7d`, {
    detail: `It got "${text}".`,
  });
}
