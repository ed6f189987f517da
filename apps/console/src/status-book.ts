import type { MapStatus, ServiceStatus, StatusRecord } from '@dualwrite/events';

/** A replica that has not said for so long that it is alive counts as gone. */
export const REPLICA_ALIVE_MS = 15_000;

/** The console's copy of dw.status: who is alive, and what they say of each map. */
export class StatusBook {
  private readonly services = new Map<string, ServiceStatus>();
  private readonly maps = new Map<string, Map<string, MapStatus>>();
  private readonly listeners = new Set<() => void>();

  note(record: StatusRecord): void {
    if (record.kind === 'request') return;
    if (record.kind === 'service') keepNewest(this.services, record);
    else keepNewest(this.ofMap(record.map), record);
    for (const listener of this.listeners) listener();
  }

  /** Replicas of a service that are up. */
  alive(service: string, nowMs: number): readonly ServiceStatus[] {
    return [...this.services.values()].filter(
      (status) =>
        status.service === service &&
        status.state === 'up' &&
        nowMs - Date.parse(status.at) < REPLICA_ALIVE_MS,
    );
  }

  /** What replicas of a service say of a map, dead ones included. */
  statuses(map: string, service: string): readonly MapStatus[] {
    return [...(this.maps.get(map)?.values() ?? [])].filter((status) => status.service === service);
  }

  /** What the replicas of a service that are up say of a map. */
  aliveStatuses(map: string, service: string, nowMs: number): readonly MapStatus[] {
    const alive = new Set(this.alive(service, nowMs).map(replicaOf));
    return this.statuses(map, service).filter((status) => alive.has(replicaOf(status)));
  }

  /** Calls at every record that comes in. @returns the way to end it */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private ofMap(map: string): Map<string, MapStatus> {
    const known = this.maps.get(map);
    if (known) return known;
    const created = new Map<string, MapStatus>();
    this.maps.set(map, created);
    return created;
  }
}

/** After a reconnect the topic is read from its start again: older words of a replica are no news. */
function keepNewest<T extends ServiceStatus | MapStatus>(known: Map<string, T>, record: T): void {
  const before = known.get(replicaOf(record));
  if (before === undefined || before.at <= record.at) known.set(replicaOf(record), record);
}

function replicaOf(status: { readonly service: string; readonly instance: string }): string {
  return `${status.service}/${status.instance}`;
}
