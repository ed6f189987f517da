import type { MapStatus, ServiceStatus, StatusRecord } from '@dualwrite/events';

/** A replica that has not said for so long that it is alive counts as gone. */
export const REPLICA_ALIVE_MS = 20_000;

/** What rules want to know of dw.status: who is alive, and what the living say of each map. */
export class StatusBook {
  private readonly services = new Map<string, ServiceStatus>();
  private readonly maps = new Map<string, MapStatus>();

  note(record: StatusRecord): void {
    if (record.kind === 'service') keepNewest(this.services, replicaOf(record), record);
    if (record.kind === 'map') keepNewest(this.maps, `${record.map}/${replicaOf(record)}`, record);
  }

  /** Every replica ever heard of. */
  replicas(): readonly ServiceStatus[] {
    return [...this.services.values()];
  }

  isAlive(status: { readonly service: string; readonly instance: string }, nowMs: number): boolean {
    const said = this.services.get(replicaOf(status));
    return said?.state === 'up' && nowMs - Date.parse(said.at) < REPLICA_ALIVE_MS;
  }

  statuses(): readonly MapStatus[] {
    return [...this.maps.values()];
  }
}

/** After a reconnect the topic is read from its start again: older words of a replica are no news. */
function keepNewest<T extends { readonly at: string }>(known: Map<string, T>, key: string, record: T): void {
  const before = known.get(key);
  if (before === undefined || before.at <= record.at) known.set(key, record);
}

function replicaOf(status: { readonly service: string; readonly instance: string }): string {
  return `${status.service}/${status.instance}`;
}
