import type { UniqueShape } from '../store/table-shape';
import type { Column, Kind, Table } from './column';
import type { FoFieldFile, FoSchemaFile } from './schema-file';
import { SchemaError } from './schema-file';

export interface FoField extends Column {
  readonly file: FoFieldFile;
  readonly label: string;
  readonly isKey: boolean;
  readonly isRequired: boolean;
  readonly symbols: readonly string[] | undefined;
  readonly enumType: string | undefined;
}

export interface FoTable extends Table<FoField> {
  readonly file: FoSchemaFile;
  /** Singular: the OData type, and the name under /metadata. */
  readonly publicEntity: string;
  /** AOT name, which error texts use. */
  readonly entity: string;
  readonly label: string;
  readonly keys: readonly FoField[];
  readonly hasCompany: boolean;
  /** Pairs of the tables that are joined to the first one, which have no row of their own here. */
  readonly etagTail: string;
  readonly uniques: readonly UniqueShape[];
}

const TYPES: Record<FoFieldFile['type'], [Kind, string, empty: string | number, json: string]> = {
  string: ['string', 'Edm.String', '', '""'],
  real: ['decimal', 'Edm.Decimal', '0', '0'],
  integer: ['int32', 'Edm.Int32', 0, '0'],
  time: ['int32', 'Edm.Int32', 0, '0'],
  int64: ['int64', 'Edm.Int64', '0', '0'],
  date: ['date', 'Edm.DateTimeOffset', '1900-01-01', '"1900-01-01T12:00:00Z"'],
  datetime: ['datetime', 'Edm.DateTimeOffset', '1900-01-01T00:00:00Z', '"1900-01-01T00:00:00Z"'],
  enum: ['enum', '', '', '""'],
  guid: [
    'guid',
    'Edm.Guid',
    '00000000-0000-0000-0000-000000000000',
    '"00000000-0000-0000-0000-000000000000"',
  ],
};
const SYMBOL = /^[A-Za-z_]\w*$/;

export function foTable(file: FoSchemaFile): FoTable {
  const set = file.publicCollection ?? file.name;
  if (typeof set !== 'string' || set === '') throw new SchemaError('an entity lacks name');
  const keyNames = file.keys?.[0]?.fields ?? [];
  const keySet = new Set(keyNames.map((name) => name.toLowerCase()));
  const hasCompany = file.companySpecific === true || keySet.has('dataareaid');
  if (hasCompany) keySet.add('dataareaid');
  const listed = file.fields.filter(({ name }) => name.toLowerCase() !== 'dataareaid');
  const company: FoFieldFile = { name: 'dataAreaId', type: 'string', maxLength: 4, label: 'Company' };
  const columns = (hasCompany ? [company, ...listed] : listed).map((field) =>
    foField(set, field, keySet.has(field.name.toLowerCase())),
  );
  const byName = new Map(columns.map((field) => [field.name, field]));
  const lower = new Map(columns.map((field) => [field.name.toLowerCase(), field]));
  const keys = (hasCompany ? ['dataAreaId', ...keyNames] : keyNames)
    .map((name) => name.toLowerCase())
    .filter((name, index, all) => all.indexOf(name) === index)
    .map((name) => {
      const field = lower.get(name);
      if (!field) throw new SchemaError(`${set}: key field ${name} is not there`);
      return field;
    });
  if (keys.length === 0) throw new SchemaError(`${set}: no key`);
  const publicEntity = file.publicEntity ?? singular(set);
  return {
    name: set,
    set,
    file,
    publicEntity,
    entity: file.cdmEntity ?? `${publicEntity}Entity`,
    label: file.label ?? set,
    columns,
    byName,
    byProperty: byName,
    keys,
    hasCompany,
    etagTail: ';0,0'.repeat(Math.max(0, (file.dataSources ?? 1) - 1)),
    uniques: [],
  };
}

function foField(set: string, file: FoFieldFile, isKey: boolean): FoField {
  const symbols = symbolsOf(file);
  // A list of symbols that are no identifiers ("en-us"), or an unknown list, cannot be an enum type.
  const type = file.type === 'enum' && !symbols ? 'string' : file.type;
  const known = TYPES[type];
  if (!known) throw new SchemaError(`${set}.${file.name}: unknown type ${String(file.type)}`);
  const enumType = symbols ? `Microsoft.Dynamics.DataEntities.${enumName(file, symbols)}` : undefined;
  const first = symbols?.[0];
  return {
    name: file.name,
    property: file.name,
    kind: known[0],
    edmType: enumType ?? known[1],
    empty: first ?? known[2],
    emptyJson: first === undefined ? known[3] : `"${first}"`,
    ...(type === 'date' ? { isNoonDate: true } : {}),
    file,
    label: file.label ?? words(file.name),
    isKey,
    isRequired: file.required === true,
    symbols,
    enumType,
  };
}

function symbolsOf(file: FoFieldFile): readonly string[] | undefined {
  if (file.type !== 'enum') return undefined;
  if (file.enum && file.enum.length > 0)
    return file.enum.every((symbol) => SYMBOL.test(symbol)) ? file.enum : undefined;
  return /^(Is|Has)[A-Z]/.test(file.name) ? ['No', 'Yes'] : undefined;
}

function enumName(file: FoFieldFile, symbols: readonly string[]): string {
  if (file.enumType) return file.enumType.slice(file.enumType.lastIndexOf('.') + 1);
  const isNoYes =
    symbols.length === 2 && symbols[0]?.toLowerCase() === 'no' && symbols[1]?.toLowerCase() === 'yes';
  return isNoYes ? 'NoYes' : file.name;
}

function singular(set: string): string {
  const [, stem, version] = /^(.*?)(V\d+)?$/.exec(set) as unknown as [string, string, string | undefined];
  const one = stem.endsWith('ies')
    ? `${stem.slice(0, -3)}y`
    : /(ss|us|is)$/.test(stem)
      ? stem
      : stem.replace(/s$/, '');
  return `${one}${version ?? ''}`;
}

/** "CustomerGroupId" reads "Customer group id" in messages when no label is known. */
function words(name: string): string {
  const text = name.replace(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
