import type { LoggedCommit, Row } from '@dualwrite/e2e';
import type { Side } from '@dualwrite/events';
import type { Change, Deed, Shown } from '@dualwrite/proof';
import { COMPANY } from './seed-rows';
import type { Subject } from './subjects';

/** The log of one side's table as deeds; `ours` is the product's own client id, everybody else is a person. */
export function deedsOf(
  side: Side,
  subject: Subject,
  {
    commits,
    rows,
    ours,
  }: { readonly commits: readonly LoggedCommit[]; readonly rows: readonly Row[]; readonly ours: string },
): readonly Deed[] {
  const own = commits.filter(({ table }) => table === subject.table[side]);
  const keys = side === 'fo' ? foKeys(own) : dataverseKeys(subject, own, rows);
  return own.flatMap((commit): Deed[] => {
    const key = keys.get(commit.key);
    // A row that never had a business key is no concern of the map.
    if (key === undefined) return [];
    return [
      {
        n: commit.n,
        atMs: Date.parse(commit.at),
        side,
        map: subject.map,
        key,
        rowId: side === 'fo' ? key : commit.key,
        operation: commit.operation,
        by: commit.caller === ours ? 'product' : 'person',
        fields: changesOf(side, subject, commit),
      },
    ];
  });
}

/** The rows of a table as they stand now. */
export function shownRows(side: Side, subject: Subject, rows: readonly Row[]): readonly Shown[] {
  return rows.flatMap((row): Shown[] => {
    const code = textOf(row[subject.keyColumn[side]]);
    if (code === null) return [];
    const key = `${COMPANY}/${code}`;
    return [
      {
        side,
        map: subject.map,
        key,
        rowId: side === 'fo' ? key.toLowerCase() : String(row[subject.idColumn]),
        values: Object.fromEntries(
          subject.fields.map(({ name, column }) => [name, textOf(row[column[side]])]),
        ),
      },
    ];
  });
}

/** F&O shows no row ids: the key, with its company, is all that names a row. The sandbox's address of a row is just that. */
function foKeys(commits: readonly LoggedCommit[]): ReadonlyMap<string, string> {
  return new Map(commits.map(({ key }) => [key, key.split('\u0001').join('/')]));
}

/** Keys never change here, so any moment at which a row showed its key names it for good. */
function dataverseKeys(
  subject: Subject,
  commits: readonly LoggedCommit[],
  rows: readonly Row[],
): ReadonlyMap<string, string> {
  const keys = new Map(shownRows('dataverse', subject, rows).map(({ rowId, key }) => [rowId, key]));
  for (const { key, changed } of commits) {
    const code = changed[subject.keyColumn.dataverse]?.map(textOf).find((one) => one !== null);
    if (typeof code === 'string') keys.set(key, `${COMPANY}/${code}`);
  }
  return keys;
}

function changesOf(
  side: Side,
  subject: Subject,
  { changed }: LoggedCommit,
): Readonly<Record<string, Change>> {
  return Object.fromEntries(
    subject.fields.flatMap(({ name, column }) => {
      const change = changed[column[side]];
      return change === undefined ? [] : [[name, { before: textOf(change[0]), after: textOf(change[1]) }]];
    }),
  );
}

/** F&O's empty text and Dataverse's null are the same nothing. */
function textOf(value: unknown): string | null {
  return value === undefined || value === null || value === '' ? null : String(value);
}
