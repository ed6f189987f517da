import type { JournalEntry } from '@dualwrite/events';
import type { DataSource } from 'typeorm';

/** What is to be known of the maps here. */
export interface KnownMaps {
  isCompanyScoped(map: string): boolean;
}
export const NO_MAPS: KnownMaps = { isCompanyScoped: () => false };

interface PairName {
  readonly key: string | null;
  readonly company: string | null;
}

const REMEMBERED_PAIR_COUNT_MAX = 50_000;

/**
 * Key and company of entries. The mapper tells keys; a connector knows native ids alone, and its entries are found by the
 * key that the mapper gave the pair.
 */
export class PairNames {
  private readonly remembered = new Map<string, PairName>();

  constructor(
    private readonly database: DataSource,
    private readonly maps: KnownMaps,
  ) {}

  /** In the order of the entries. */
  async of(entries: readonly JournalEntry[]): Promise<readonly PairName[]> {
    for (const entry of entries) {
      if (entry.key !== null && entry.pairId !== null) this.remember(entry.pairId, this.nameOf(entry));
    }
    const unknown = entries.flatMap(({ key, pairId }) =>
      key === null && pairId !== null && !this.remembered.has(pairId) ? [pairId] : [],
    );
    if (unknown.length > 0) await this.lookUp([...new Set(unknown)]);
    return entries.map((entry) => {
      const known = entry.pairId === null ? undefined : this.remembered.get(entry.pairId);
      return entry.key === null && known !== undefined ? known : this.nameOf(entry);
    });
  }

  private nameOf({ key, map }: JournalEntry): PairName {
    const isScoped = key !== null && map !== null && this.maps.isCompanyScoped(map);
    return { key, company: isScoped ? (key.split('/')[0] ?? null) : null };
  }

  private async lookUp(pairIds: readonly string[]): Promise<void> {
    const rows: { pair_id: string; key: string; company: string | null }[] = await this.database.query(
      `SELECT DISTINCT ON (pair_id) pair_id, key, company FROM journal
       WHERE pair_id = ANY($1) AND key IS NOT NULL ORDER BY pair_id, seq DESC`,
      [pairIds],
    );
    for (const { pair_id: pairId, key, company } of rows) this.remember(pairId, { key, company });
  }

  private remember(pairId: string, name: PairName): void {
    this.remembered.delete(pairId);
    this.remembered.set(pairId, name);
    const [oldest] = this.remembered.keys();
    if (this.remembered.size > REMEMBERED_PAIR_COUNT_MAX && oldest !== undefined)
      this.remembered.delete(oldest);
  }
}
