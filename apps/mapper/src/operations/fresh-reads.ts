import { Inject, Injectable } from '@nestjs/common';
import { decodeMessage, SIDES, UndecodableMessage, type Names, type Side } from '@dualwrite/events';
import { KafkaLink, type CompactedReader, type CompactedRecord } from '@dualwrite/kafka';
import { appendOutbox, inTransaction } from '@dualwrite/persistence';
import { DependencyUnavailable, log, startChange } from '@dualwrite/telemetry';
import { DataSource } from 'typeorm';
import { readRowsRecord } from '../batch/outgoing';
import type { MapRun } from '../runs/map-run';
import { MAPPER_SETTINGS, NAMES, type MapperSettings } from '../settings';

const ANSWER_TIMEOUT_MS = 60_000;
const LOOK_MS = 50;

/**
 * Has the connectors look at rows on both sides and waits for the answers. What has changed comes as an observation, in
 * the usual way: by the time that the answer is there, it has been published.
 */
@Injectable()
export class FreshReads {
  private readonly open = new Set<string>();
  private reader: Promise<CompactedReader> | undefined;

  constructor(
    private readonly database: DataSource,
    private readonly link: KafkaLink,
    @Inject(NAMES) private readonly names: Names,
    @Inject(MAPPER_SETTINGS) private readonly settings: MapperSettings,
  ) {}

  /** @throws {DependencyUnavailable} a connector does not answer */
  async readAfresh(run: MapRun, pairIds: readonly string[]): Promise<void> {
    await this.follow();
    const asked = await this.ask(run, pairIds);
    const endsAtMs = Date.now() + ANSWER_TIMEOUT_MS;
    while (asked.some((id) => this.open.has(id))) {
      if (Date.now() > endsAtMs) {
        for (const id of asked) this.open.delete(id);
        throw new DependencyUnavailable('a connector has not read the rows in time', { map: run.map });
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** The reader itself ends with the link. */
  private follow(): Promise<CompactedReader> {
    this.reader ??= this.link.readCompacted({
      topic: this.names.status,
      groupPrefix: `${this.names.serviceGroup('mapper')}.${this.settings.INSTANCE_ID}.answers`,
      onRecord: (record) => this.take(record),
    });
    return this.reader;
  }

  private async ask(run: MapRun, pairIds: readonly string[]): Promise<readonly string[]> {
    const rows = await this.database.query<{ side: Side; nativeIds: string[] }[]>(
      `select side, array_agg(native_id order by native_id) as "nativeIds" from pair_row
       where map = $1 and pair_id = any($2) and native_id not like '~%' group by side`,
      [run.map, pairIds],
    );
    const requests = SIDES.flatMap((side) => {
      const nativeIds = rows.find((one) => one.side === side)?.nativeIds ?? [];
      return nativeIds.length === 0
        ? []
        : [readRowsRecord(side, nativeIds, 'replay', startChange(), { names: this.names, rules: run.rules })];
    });
    const ids = requests.map(({ value }) => (JSON.parse(value.toString('utf8')) as { id: string }).id);
    for (const id of ids) this.open.add(id);
    await inTransaction(this.database, (runner) => appendOutbox(runner, requests));
    return ids;
  }

  private take(record: CompactedRecord): void {
    if (record.value === null || !record.key?.startsWith('request/')) return;
    try {
      const { message } = decodeMessage(record, 'status');
      if (message.kind === 'request') this.open.delete(message.id);
    } catch (error) {
      if (!(error instanceof UndecodableMessage)) throw error;
      log.warn('replay.answer_undecodable', { key: record.key, offset: record.offset, error });
    }
  }
}
