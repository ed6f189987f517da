import Ajv2020, { type ErrorObject } from 'ajv/dist/2020';
import tableMapSchema from '../schema/table-map.schema.json';
import type { Findings, Path } from './finding';
import type { FieldSpec, TableMap } from './table-map';

const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
const validate = ajv.compile(tableMapSchema);

/** What can be said of a map without the sides' schemas. */
export function checkForm(json: unknown, findings: Findings): TableMap | undefined {
  if (!validate(json)) {
    for (const error of validate.errors ?? []) {
      if (error.keyword === 'if') continue;
      findings.error('schema', pathOf(error, json), messageOf(error));
    }
    return undefined;
  }
  const map = json as unknown as TableMap; // the schema has just said so
  checkFields(map, findings);
  return map;
}

function checkFields(map: TableMap, findings: Findings): void {
  const seen = new Map<string, number>();
  map.spec.fields.forEach((field, index) => {
    const path: Path = ['spec', 'fields', index];
    checkConstant(field, path, findings);
    if (
      field.default !== undefined &&
      field.fo &&
      field.dataverse &&
      (field.direction ?? 'both') === 'both'
    ) {
      findings.error(
        'default-both-ways',
        [...path, 'default'],
        'a default belongs to one side: give the field a direction, to-dataverse or to-fo',
      );
    }
    // Two fields may read one column, but never write the same one.
    for (const target of writtenColumns(field)) {
      const other = seen.get(target);
      if (other !== undefined)
        findings.error(
          'duplicate-field',
          path,
          `${target} is also written by spec.fields[${other}]: keep one of them`,
        );
      seen.set(target, index);
    }
  });
}

function checkConstant(field: FieldSpec, path: Path, findings: Findings): void {
  if (!field.fo && !field.dataverse) {
    findings.error(
      'field-without-column',
      path,
      'names a column on neither side: give fo, dataverse or both',
    );
    return;
  }
  if (field.fo && field.dataverse) return;
  const [side, direction] = field.fo ? ['F&O', 'to-fo'] : ['Dataverse', 'to-dataverse'];
  if (field.default === undefined) {
    findings.error(
      'constant-without-default',
      path,
      `has a column in ${side} alone: name the other column, or give the constant as default`,
    );
  }
  if (field.direction !== direction) {
    findings.error(
      'constant-direction',
      path,
      `is a constant for ${side}: its direction has to be ${direction}`,
    );
  }
}

function writtenColumns(field: FieldSpec): string[] {
  const direction = field.direction ?? 'both';
  return [
    ...(field.fo && direction !== 'to-dataverse' ? [`fo column ${field.fo.toLowerCase()}`] : []),
    ...(field.dataverse && direction !== 'to-fo'
      ? [`dataverse column ${field.dataverse.toLowerCase().split('.')[0]}`]
      : []),
  ];
}

/** Names the member that is too much or missing, for that is where the reader has to look. */
function pathOf(error: ErrorObject, json: unknown): Path {
  let node = json;
  const path: (string | number)[] = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => {
      const name = part.replace(/~1/g, '/').replace(/~0/g, '~');
      const key = Array.isArray(node) ? Number(name) : name;
      node =
        typeof node === 'object' && node !== null
          ? (node as Record<string | number, unknown>)[key]
          : undefined;
      return key;
    });
  const extra: unknown = error.params['additionalProperty'] ?? error.params['missingProperty'];
  return typeof extra === 'string' ? [...path, extra] : path;
}

function messageOf(error: ErrorObject): string {
  switch (error.keyword) {
    case 'additionalProperties':
      return `there is no ${JSON.stringify(error.params['additionalProperty'])} here: remove it or mend its spelling`;
    case 'required':
      return `${JSON.stringify(error.params['missingProperty'])} is missing: add it`;
    case 'enum':
      return `has to be one of ${(error.params['allowedValues'] as unknown[]).join(', ')}`;
    case 'const':
      return `has to be ${JSON.stringify(error.params['allowedValue'])}`;
    default:
      return `${error.message ?? 'does not fit the form'}`;
  }
}
