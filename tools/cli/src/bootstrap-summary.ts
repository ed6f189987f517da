/** A line of the report: what became of one row. */
export interface BootstrappedRow {
  readonly table: string;
  readonly id: string;
  readonly outcome: 'planned' | 'written' | 'refused' | 'none' | 'several';
  readonly companies: readonly string[];
  readonly rules: readonly number[];
  readonly code: string | null;
  readonly text: string | null;
  readonly cells: Readonly<Record<string, unknown>>;
}

export interface TableSummary {
  readonly table: string;
  readonly rows: number;
  readonly planned: number;
  readonly written: number;
  readonly refused: number;
  /** Rows that no rule speaks of. */
  readonly none: number;
  /** Rows to which rules give different companies. */
  readonly several: number;
  /** Rows by the company that they get. */
  readonly companies: Readonly<Record<string, number>>;
}

const SAMPLE_COUNT_MAX = 20;

/** Counts a bootstrap as it goes; of rows that need a person, and of those that do not, some are kept to be shown. */
export class BootstrapSummary {
  private readonly byTable = new Map<string, TableSummary>();
  private readonly kept: BootstrappedRow[] = [];
  private readonly keptCounts = new Map<string, number>();

  add(row: BootstrappedRow): void {
    const { table, outcome, companies } = row;
    const before = this.byTable.get(table) ?? emptySummary(table);
    const [company] = companies;
    const gets = outcome === 'planned' || outcome === 'written' ? company : undefined;
    this.byTable.set(table, {
      ...before,
      rows: before.rows + 1,
      [outcome]: before[outcome] + 1,
      companies:
        gets === undefined
          ? before.companies
          : { ...before.companies, [gets]: (before.companies[gets] ?? 0) + 1 },
    });
    const count = this.keptCounts.get(outcome) ?? 0;
    if (count >= SAMPLE_COUNT_MAX) return;
    this.keptCounts.set(outcome, count + 1);
    this.kept.push(row);
  }

  get tables(): readonly TableSummary[] {
    return [...this.byTable.values()];
  }

  get samples(): readonly BootstrappedRow[] {
    return this.kept;
  }

  count(outcome: BootstrappedRow['outcome']): number {
    return this.tables.reduce((sum, table) => sum + table[outcome], 0);
  }
}

function emptySummary(table: string): TableSummary {
  return { table, rows: 0, planned: 0, written: 0, refused: 0, none: 0, several: 0, companies: {} };
}
