import { SIDES, type Side } from '@dualwrite/events';
import { eventually, startStack, type MapStatus, type Row, type RunningStack } from '@dualwrite/e2e';
import { MAP, mapFile, rowOf, setUp, TABLES } from './bulk-customers';

const LOADED_AT_ONCE = 10_000;
const LOOK_EVERY_MS = 100;
const TELL_EVERY_MS = 5_000;
/** Rows of one page; none of the product's own pages has this size, so that the logs of the sandboxes tell them apart. */
const REFERENCE_PAGE_ROW_COUNT = 1_000;
const READ_COLUMNS: Readonly<Record<Side, { readonly path: string; readonly orderBy: string }>> = {
  fo: { path: '/data/CustomersV3?cross-company=true', orderBy: 'dataAreaId,CustomerAccount' },
  dataverse: { path: '/api/data/v9.2/accounts', orderBy: 'accountid' },
};

/** The installation with two empty sides, and rows loaded into them behind its back. */
export class BulkWorld {
  private toldAtMs = 0;

  private constructor(
    readonly stack: RunningStack,
    private readonly talk: (text: string) => void,
  ) {}

  static async start(
    env: Readonly<Record<string, string>>,
    talk: (text: string) => void,
  ): Promise<BulkWorld> {
    const stack = await startStack({ seed: false, env: { OTEL_EXPORTER_OTLP_ENDPOINT: '', ...env } });
    const world = new BulkWorld(stack, talk);
    const dataverse = await stack.sandbox('dataverse');
    for (const [table, rows] of Object.entries(setUp())) await dataverse.load(table, rows);
    return world;
  }

  /** Quietly: nobody is told, as if they had been there for years. */
  async load(side: Side, { from, count }: { from: number; count: number }): Promise<void> {
    this.talk(`loading ${count} rows into ${side}`);
    const sandbox = await this.stack.sandbox(side);
    for (let first = from; first < from + count; first += LOADED_AT_ONCE) {
      const length = Math.min(LOADED_AT_ONCE, from + count - first);
      await sandbox.load(
        TABLES[side],
        Array.from({ length }, (_, index) => rowOf(side, first + index)),
      );
    }
  }

  /** Applies the map and starts it. */
  async startMap(): Promise<void> {
    await this.stack.dw.apply(mapFile());
    await this.stack.dw.act('start', MAP);
  }

  async status(): Promise<MapStatus> {
    const found = (await this.stack.dw.status()).find(({ name }) => name === MAP);
    if (found === undefined) throw new Error(`the console knows no map ${MAP}`);
    return found;
  }

  /** @returns the status that met the condition */
  until(
    what: string,
    condition: (status: MapStatus) => boolean,
    { deadlineMs }: { deadlineMs: number },
  ): Promise<MapStatus> {
    return eventually(
      async () => {
        const status = await this.status();
        if (condition(status)) return status;
        await this.tell(status);
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
        return undefined;
      },
      { what, deadlineMs },
    );
  }

  /** Says how far it is, now and then. */
  async tell(known?: MapStatus): Promise<void> {
    if (Date.now() - this.toldAtMs < TELL_EVERY_MS) return;
    this.toldAtMs = Date.now();
    const { state, examined, unchanged, waiting, parked, written, lagCount } = known ?? (await this.status());
    this.talk(
      `${state}: ${examined} examined, ${unchanged} agree, ${waiting} wait, ${parked} parked, ` +
        `${written.fo + written.dataverse} written, ${lagCount} behind`,
    );
  }

  /**
   * The reference: the same rows of both sides read page after page by plain HTTP, and nothing done with them.
   *
   * @returns seconds
   */
  async plainRead(): Promise<{ seconds: number; rowCount: number }> {
    const startedAt = performance.now();
    const counts = await Promise.all(SIDES.map((side) => this.plainReadOf(side)));
    return {
      seconds: (performance.now() - startedAt) / 1_000,
      rowCount: counts.reduce((sum, count) => sum + count, 0),
    };
  }

  private async plainReadOf(side: Side): Promise<number> {
    const select = Object.keys(rowOf(side, 0)).join(',');
    const { path, orderBy } = READ_COLUMNS[side];
    const first = `${path}${path.includes('?') ? '&' : '?'}$select=${select}&$orderby=${orderBy}`;
    const { url } = (await this.stack.file())[side];
    let rowCount = 0;
    for (let next: string | undefined = first; next !== undefined;) {
      const page = await this.stack.person.get(side, next, {
        prefer: `odata.maxpagesize=${REFERENCE_PAGE_ROW_COUNT}`,
      });
      rowCount += (page['value'] as readonly Row[]).length;
      const link = page['@odata.nextLink'] as string | undefined;
      next = link === undefined ? undefined : link.replace(new URL(url).origin, '');
    }
    return rowCount;
  }
}
