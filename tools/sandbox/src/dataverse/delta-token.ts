import type { DataverseContext } from './dataverse-context';
import { trackingDays } from './environment-rows';
import { badUrl, refuse } from './dataverse-errors';

/** `<version>!<MM/dd/yyyy HH:mm:ss>`, percent-encoded as the service writes it. */
export function encodeDeltaToken(version: number, atMs: number): string {
  const [date, time] = new Date(atMs).toISOString().split('T') as [string, string];
  const [year, month, day] = date.split('-');
  const [hours, minutes, seconds] = time.slice(0, 8).split(':');
  return `${version}%21${month}%2f${day}%2f${year}%20${hours}%3a${minutes}%3a${seconds}`;
}

/** The version to go on from. A token that is too old is an error, never a full list. */
export function readDeltaToken(context: DataverseContext, token: string): number {
  const parts = /^(\d+)!(\d\d)\/(\d\d)\/(\d{4}) (\d\d:\d\d:\d\d)$/.exec(token);
  if (!parts) return badUrl('Invalid delta token.');
  const [, version, month, day, year, time] = parts;
  const issuedMs = Date.parse(`${year}-${month}-${day}T${time}Z`);
  const ageDays = (context.clock.nowMs() - issuedMs) / 86_400_000;
  useToken(context, token);
  const floor = (context.store.readNote('trackingFloor') as number | undefined) ?? 0;
  if (ageDays > trackingDays(context) || Number(version) < floor) expired();
  return Number(version);
}

const used = new WeakMap<DataverseContext, Set<string>>();

/** Where links serve once only, a second use is as good as an expired one. */
function useToken(context: DataverseContext, token: string): void {
  if (context.options.get('deltaLinkReplayable')) return;
  const tokens = used.get(context) ?? new Set<string>();
  used.set(context, tokens);
  if (tokens.has(token)) expired();
  tokens.add(token);
}

function expired(): never {
  return refuse(
    400,
    '0x80044352',
    'Version stamp associated with the client has expired. Please perform a full sync.',
  );
}
