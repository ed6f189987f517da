export type Part = 'guarantees' | 'figures';

/** docs/guarantees.md with one generated part put in; everything else is written by hand. */
export function withTable(page: string, part: Part, table: string): string {
  const marks = {
    begin: `<!-- begin: npm run sim -- --${part} -->`,
    end: `<!-- end: npm run sim -- --${part} -->`,
  };
  const begin = page.indexOf(marks.begin);
  const end = page.indexOf(marks.end);
  if (begin < 0 || end < begin)
    throw new Error(`docs/guarantees.md lacks the lines ${marks.begin} and ${marks.end}`);
  return `${page.slice(0, begin + marks.begin.length)}\n\n${table}\n\n${page.slice(end)}`;
}
