export { parseMapFile, MAP_FILE_BYTES_MAX } from './parse-map-file';
export { checkMapFile } from './check-map-file';
export { lookupTablesOf, resolveMap } from './resolve-map';
export { compileMap, MapNotResolved } from './compile-map';
export { columnSets } from './column-sets';
export { referenceCycles } from './reference-cycles';
export { askedKeys, businessKey, keyText } from './key-text';
export { hasErrors } from './finding';
export { rowTest } from './row-test';
export { roundTrips } from './round-trips';
export { STANDARD_MAPS } from './standard-maps';
export { uuid5 } from './uuid5';
export { API_VERSION } from './table-map';
export { COMPANY_CODE_COLUMN, COMPANY_TABLE } from './resolved-map';
export type { Finding, FindingCode } from './finding';
export type { Locate, ParsedMapFile } from './parse-map-file';
export type { SideSchemas } from './resolve-map';
export type { CompiledRowTest } from './row-test';
export type { CompiledField } from './compile-field';
export type { CompiledMap, MapLookup, ReferenceNeed } from './compiled-map';
export type { ColumnSet } from './column-sets';
export type {
  ResolvedColumn,
  ResolvedFacts,
  ResolvedLookup,
  ResolvedMap,
  ResolvedTable,
  TableClass,
} from './resolved-map';
export type {
  DeleteSpec,
  Direction,
  FieldSpec,
  KeySpec,
  LastChangeSpec,
  MapSpec,
  MapValue,
  Policies,
  TableMap,
} from './table-map';
