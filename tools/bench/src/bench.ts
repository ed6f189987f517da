export interface Measured {
  readonly value: number;
  readonly unit: string;
}

/** Form of `npm run bench -- NAME --json` (interfaces, section 3). */
export interface BenchResult {
  readonly name: string;
  readonly machine: Readonly<Record<string, unknown>>;
  readonly reference: Measured & { readonly name: string };
  readonly ours: Measured & Readonly<Record<string, number | string>>;
  /** Median of the runs' ratios: ours to the reference of the same run. */
  readonly ratio: number;
  readonly runs: number;
  /** Highest less lowest ratio, in parts of the median. */
  readonly spread: number;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface BenchOptions {
  readonly runs: number;
  /** Rows of the benches that move many; absent: as many as the bench is meant for. */
  readonly rows?: number;
  /** Edits per second that people make meanwhile. */
  readonly edits?: number;
  readonly talk: (text: string) => void;
  readonly environment: { readonly brokers: readonly string[]; readonly databaseUrl: string };
}

export interface Bench {
  readonly name: string;
  readonly about: string;
  run(options: BenchOptions): Promise<BenchResult>;
}
