import { EXIT } from './exit-codes';
import { failed } from './problem';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `2h` from now. @throws {CommandFailed} no span */
export function momentIn(text: string, option: string, nowMs = Date.now()): string {
  return new Date(nowMs + spanOf(text, option)).toISOString();
}

/** `5m` as milliseconds. @throws {CommandFailed} no span */
export function spanOf(text: string, option: string): number {
  const ms = spanMs(text);
  if (ms !== null) return ms;
  throw failed(EXIT.invalid, 'usage', `${option} takes a span like 90s, 15m, 2h or 7d`, {
    detail: `It got "${text}".`,
  });
}

function spanMs(text: string): number | null {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  return count === undefined || unit === undefined ? null : Number(count) * (UNIT_MS[unit] ?? 0);
}

/** `2h` (ago) or a time, as the API takes it. @throws {CommandFailed} neither */
export function momentOf(text: string | undefined, option: string, nowMs = Date.now()): string | undefined {
  if (text === undefined) return undefined;
  const agoMs = spanMs(text);
  if (agoMs !== null) return new Date(nowMs - agoMs).toISOString();
  const atMs = Date.parse(text);
  if (!Number.isNaN(atMs)) return new Date(atMs).toISOString();
  throw failed(EXIT.invalid, 'usage', `${option} takes a time like 2026-11-23T08:00:00Z, or 90m, 2h, 7d`, {
    detail: `It got "${text}".`,
  });
}
