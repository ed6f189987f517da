import type { Findings, Path } from './finding';
import { sameName } from './find-in-schema';
import type { ResolvedColumn } from './resolved-map';
import type { FieldSpec } from './table-map';

/** A GUID in its usual form. */
const ID_LENGTH = 36;

/** Can the column hold the id by which a row that F&O numbers itself is found again, and does nobody else write it? */
export function checkReference(
  column: ResolvedColumn,
  fields: readonly FieldSpec[],
  findings: Findings,
): void {
  const path: Path = ['spec', 'fo', 'reference'];
  if (column.type !== 'string' || (column.maxLength ?? ID_LENGTH) < ID_LENGTH) {
    findings.error(
      'reference-column',
      path,
      `${column.name} cannot hold the id of a Dataverse row: a text column of ${ID_LENGTH} characters is needed`,
    );
  }
  const other = fields.findIndex(
    (field) =>
      field.fo !== undefined && sameName(field.fo, column.name) && field.direction !== 'to-dataverse',
  );
  if (other >= 0) {
    findings.error(
      'reference-column',
      path,
      `${column.name} is also written by spec.fields[${other}]: the reference needs a column of its own`,
    );
  }
}
