/**
 * A row filter of a map file, as far as comparisons joined by "and" go: `((A == "x" && B == 1))` or `a eq 3 and b eq 'x'`.
 *
 * @returns {(row: (column: string) => string | null) => boolean}
 * @throws {Error} the filter is more than that
 */
export function simpleFilter(text) {
  if (!text) return () => true;
  const tests = text
    .replace(/[()]/g, ' ')
    .split(/&&|\sand\s/i)
    .map((part) => {
      const match = /^\s*(\w+)\s*(==|=|!=|eq|ne)\s*(?:"([^"]*)"|'([^']*)'|(\S+))\s*$/i.exec(part);
      if (!match) throw new Error(`the comparison does not understand the filter ${text}`);
      const [, column, operator, double, single, bare] = match;
      const wanted = double ?? single ?? (bare === 'null' ? '' : bare);
      const isNegated = operator === '!=' || operator.toLowerCase() === 'ne';
      return (row) => ((row(column) ?? '').toLowerCase() === wanted.toLowerCase()) !== isNegated;
    });
  return (row) => tests.every((test) => test(row));
}
