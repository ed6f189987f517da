export interface TableColumn<T> {
  readonly title: string;
  readonly value: (row: T) => string | number;
}

/** Aligned columns, two spaces apart; numbers to the right. No colour: it would carry nothing that words do not. */
export function renderTable<T>(rows: readonly T[], columns: readonly TableColumn<T>[]): string {
  const cells = rows.map((row) => columns.map((column) => column.value(row)));
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...cells.map((line) => text(line[index]).length)),
  );
  const isNumber = columns.map(
    (_, index) => cells.length > 0 && cells.every((line) => typeof line[index] === 'number'),
  );
  const line = (values: readonly string[]): string =>
    values
      .map((value, index) => {
        const width = widths[index] ?? 0;
        return isNumber[index] ? value.padStart(width) : value.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(columns.map((column) => column.title)), ...cells.map((values) => line(values.map(text)))].join(
    '\n',
  );
}

function text(value: string | number | undefined): string {
  if (value === undefined || value === '') return '-';
  return typeof value === 'number' ? value.toLocaleString('en-US') : value;
}

/** `340 ms`, `12 s`, `4 min`, `3 h`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
}
