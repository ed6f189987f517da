import {
  isObserved,
  type MapStatus,
  type RequestStatus,
  type ServiceStatus,
  type StatusRecord,
} from '@dualwrite/events';
import type { PlannedMap, TableName } from './baseline-run';
import { tableKey } from './baseline-run';

const REPLICA_ALIVE_MS = 15_000;
/** Answers arrive while the request they belong to is open; older ones are only there after a restart. */
const ANSWER_COUNT_MAX = 10_000;

/** What others say on dw.status: which connectors live, which maps they have taken over, the ends of requests, open writes. */
export class ConnectorWatch {
  readonly answers = new Map<string, RequestStatus>();
  private readonly services = new Map<string, ServiceStatus>();
  private readonly confirmed = new Map<string, number>();
  private readonly openCounts = new Map<string, number>();

  /** @returns whether a decision may hang on it */
  note(record: StatusRecord): boolean {
    switch (record.kind) {
      case 'request':
        this.noteAnswer(record);
        return true;
      case 'service':
        return this.noteService(record);
      case 'map':
        return this.noteMap(record);
    }
  }

  /** Replicas of the table's connector that have not taken over all maps on this table. */
  missing(table: TableName, maps: Iterable<PlannedMap>, nowMs: number): readonly string[] {
    const service = `${table.side}-connector`;
    const alive = [...this.services.values()].filter(
      (status) =>
        status.service === service &&
        status.state === 'up' &&
        nowMs - Date.parse(status.at) < REPLICA_ALIVE_MS,
    );
    if (alive.length === 0) return [service];
    const concerned = [...maps].filter(
      (map) => isObserved(map.desired) && map.tables.some((one) => tableKey(one) === tableKey(table)),
    );
    return alive
      .filter(({ instance }) =>
        concerned.some(
          (map) => (this.confirmed.get(`${map.name}/${service}/${instance}`) ?? -1) < map.runEpoch,
        ),
      )
      .map(({ instance }) => `${service} ${instance}`);
  }

  private noteAnswer(record: RequestStatus): void {
    this.answers.delete(record.id);
    this.answers.set(record.id, record);
    if (this.answers.size <= ANSWER_COUNT_MAX) return;
    const [oldest] = this.answers.keys();
    if (oldest !== undefined) this.answers.delete(oldest);
  }

  private noteService(record: ServiceStatus): boolean {
    if (!record.service.endsWith('-connector')) return false;
    const key = `${record.service}/${record.instance}`;
    const known = this.services.get(key);
    // After a reconnect the topic is read from its start again: older words of a replica are no news.
    if (known !== undefined && known.at > record.at) return false;
    const isNews = known?.state !== record.state;
    this.services.set(key, record);
    return isNews;
  }

  /** Pairs of a map with a write that has no answer, as its mapper last said. */
  openCountOf(map: string): number {
    return this.openCounts.get(map) ?? 0;
  }

  private noteMap(record: MapStatus): boolean {
    if (record.counts) this.openCounts.set(record.map, record.counts.open);
    if (!record.service.endsWith('-connector')) return false;
    const key = `${record.map}/${record.service}/${record.instance}`;
    if ((this.confirmed.get(key) ?? -1) >= record.confirmedRunEpoch) return false;
    this.confirmed.set(key, record.confirmedRunEpoch);
    return true;
  }
}
