import { SIDES, type Side } from '@dualwrite/events';
import type { LastChange } from '@dualwrite/planner';
import type { TableSchema } from '@dualwrite/schemas';
import { findColumn } from './find-in-schema';
import type { Findings, Path } from './finding';
import type { ResolvedColumn } from './resolved-map';
import type { LastChangeSpec, MapSpec } from './table-map';

const USUAL_COLUMN: Readonly<Record<Side, string>> = { fo: 'ModifiedDateTime', dataverse: 'modifiedon' };

/** Does any policy of the map ask who changed a row last? */
function asksForLast({ policies, fields }: Pick<MapSpec, 'policies' | 'fields'>): boolean {
  return [policies?.conflict, policies?.firstMeeting, ...fields.map(({ conflict }) => conflict)].includes(
    'last',
  );
}

/** The columns that the policy `last` goes by, named or usual; undefined where no policy asks for them. */
export function resolveLastChange(
  spec: MapSpec,
  tables: Readonly<Record<Side, TableSchema>>,
  column: (side: Side, name: string, path: Path) => ResolvedColumn | undefined,
  findings: Findings,
): Required<LastChangeSpec> | undefined {
  if (!asksForLast(spec)) return undefined;
  const given = spec.policies?.lastChange ?? {};
  const names: Partial<Record<Side, string>> = {};
  for (const side of SIDES) {
    const path: Path = ['spec', 'policies', 'lastChange', side];
    const name = given[side] ?? USUAL_COLUMN[side];
    if (given[side] === undefined && findColumn(tables[side], name) === undefined) {
      findings.error(
        'last-change-column',
        path,
        `${tables[side].table} has no ${name}: say which column tells when a row was changed, lastChange: { ${side}: COLUMN }, or choose another policy than last`,
      );
      continue;
    }
    const found = column(side, name, path);
    if (found === undefined) continue;
    if (found.type !== 'datetime') {
      findings.error(
        'last-change-column',
        path,
        `${found.name} is of type ${found.type}: a column of type datetime is needed to tell who was last`,
      );
    }
    names[side] = found.name;
  }
  const { fo, dataverse } = names;
  if (fo === undefined || dataverse === undefined) return undefined;
  return { fo, dataverse, unknown: given.unknown ?? 'park' };
}

export function compileLastChange(spec: LastChangeSpec | undefined): LastChange | undefined {
  if (spec?.fo === undefined || spec.dataverse === undefined) return undefined;
  return { column: { fo: spec.fo, dataverse: spec.dataverse }, unknown: spec.unknown ?? 'park' };
}
