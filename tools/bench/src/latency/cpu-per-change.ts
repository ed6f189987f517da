import { rounded } from '../statistics';

type Seconds = Readonly<Record<string, number>>;

/**
 * Processor time of a change by process, in milliseconds, and of all of them: with so many cores and changes per second
 * there is a limit beyond which every change waits for those before it.
 */
export function cpuMsPerChange(
  before: Seconds,
  after: Seconds,
  { loadMicroseconds, count }: { readonly loadMicroseconds: number; readonly count: number },
): Record<string, number> {
  const used = Object.entries(after).map(
    ([name, seconds]) => [name, ((seconds - (before[name] ?? 0)) * 1_000) / count] as const,
  );
  const all = [...used, ['load', loadMicroseconds / 1_000 / count] as const];
  const sum = all.reduce((total, [, ms]) => total + ms, 0);
  return Object.fromEntries([...all, ['sum', sum] as const].map(([name, ms]) => [name, rounded(ms, 2)]));
}
