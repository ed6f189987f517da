import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { WrongUsage } from '../lib/environment-lacks.mjs';
import { isEmpty, sameValue, textOf } from './compare-values.mjs';
import { SandboxReader } from './sandbox-reader.mjs';
import { simpleFilter } from './simple-filter.mjs';

const DIFFERENCE_COUNT_MAX = 200;

/**
 * Map files of the packs, in the form that the console's API takes, with their parsed content.
 *
 * @param {string[]} packs folders
 * @param {string[]} only names of maps; empty: all
 */
export async function readMapFiles(packs, only = []) {
  const { parse } = createRequire(import.meta.url)('yaml');
  const files = [];
  for (const folder of packs) {
    for (const name of (await readdir(folder)).filter((one) => /\.ya?ml$/.test(one)).sort()) {
      const text = await readFile(path.join(folder, name), 'utf8');
      files.push({ name, text, map: parse(text) });
    }
  }
  const unknown = only.filter((name) => !files.some(({ map }) => map.metadata.name === name));
  if (packs.length > 0 && unknown.length > 0)
    throw new WrongUsage(
      `there is no map ${unknown.join(', ')}; there are: ${files.map(({ map }) => map.metadata.name).join(', ')}`,
    );
  return only.length === 0 ? files : files.filter(({ map }) => only.includes(map.metadata.name));
}

/**
 * Reads both sandboxes afresh and holds them against each other, map by map. Nothing of the product takes part in it:
 * neither its state nor its conversions.
 *
 * @returns `{map, key, what, field?, fo?, dataverse?}[]`; empty: both sides agree
 */
export async function findDifferences({ sandbox, maps }) {
  const fo = new SandboxReader(sandbox.fo.admin);
  const dataverse = new SandboxReader(sandbox.dataverse.admin);
  const [foTables, dataverseTables] = await Promise.all([fo.tables(), dataverse.tables()]);
  const sides = {
    fo: new Side(fo, new Map(foTables.map((table) => [table.publicCollection ?? table.name, table]))),
    dataverse: new Side(dataverse, new Map(dataverseTables.map((table) => [table.logicalName, table]))),
  };
  const differences = [];
  for (const map of maps) differences.push(...(await differencesOf(map, sides)));
  return differences.slice(0, DIFFERENCE_COUNT_MAX);
}

/** Rows of a side, read once per comparison. */
class Side {
  #rows = new Map();

  constructor(reader, tables) {
    this.reader = reader;
    this.tables = tables;
  }

  rows(table) {
    if (!this.#rows.has(table))
      this.#rows.set(table, this.reader.rows(this.tables.get(table)?.entitySetName ?? table));
    return this.#rows.get(table);
  }
}

async function differencesOf(map, { fo, dataverse }) {
  const { spec } = map;
  const name = map.metadata.name;
  const readFo = foReader(fo.tables.get(spec.fo.entity));
  const readDataverse = await dataverseReader(spec, dataverse);
  const left = index(await fo.rows(spec.fo.entity), readFo, spec, 'fo');
  const right = index(await dataverse.rows(spec.dataverse.table), readDataverse, spec, 'dataverse');
  const found = [];
  for (const [key, row] of left) {
    const partner = right.get(key);
    if (!partner) found.push({ map: name, key, what: 'missing in Dataverse' });
    else found.push(...fieldDifferences(spec, { name, key, row, partner, readFo, readDataverse }));
  }
  for (const key of right.keys()) if (!left.has(key)) found.push({ map: name, key, what: 'missing in F&O' });
  return found;
}

function fieldDifferences(spec, { name, key, row, partner, readFo, readDataverse }) {
  const found = [];
  for (const field of spec.fields) {
    if (!field.fo || !field.dataverse) continue;
    const foValue = readFo(row, field.fo);
    const dataverseValue = readDataverse(partner, field.dataverse);
    const column = readDataverse.columnOf(field.dataverse);
    if (field.default !== undefined && (isEmpty(foValue) || isEmpty(dataverseValue))) continue;
    if (!sameValue(throughValueMap(field.valueMap, foValue), dataverseValue, column)) {
      found.push({
        map: name,
        key,
        what: 'differs',
        field: `${field.fo}=${field.dataverse}`,
        fo: foValue,
        dataverse: dataverseValue,
      });
    }
  }
  return found;
}

function throughValueMap(valueMap, value) {
  if (!valueMap) return value;
  const entry = Object.entries(valueMap).find(([from]) => from.toLowerCase() === (value ?? '').toLowerCase());
  return entry ? textOf(entry[1]) : value;
}

/** Rows in the map's scope by their business key with its company; keys are compared without case, as both sides do. */
function index(rows, read, spec, side) {
  const inScope = simpleFilter(spec[side].filter);
  const rowsByKey = new Map();
  for (const row of rows) {
    if (!inScope((column) => read(row, column))) continue;
    const company = spec.company
      ? [read(row, side === 'fo' ? spec.company.fo : `${spec.company.dataverse}.cdm_companycode`)]
      : [];
    const key = [...company, ...spec.key.map((part) => read(row, part[side]))];
    // Without a key a row has no partner to be held against (nor may it have one).
    if (key.some((part) => part === null || part === '')) continue;
    rowsByKey.set(key.map((part) => part.toLowerCase()).join('/'), row);
  }
  return rowsByKey;
}

function foReader(table) {
  const spelled = new Map((table?.fields ?? []).map(({ name }) => [name.toLowerCase(), name]));
  return (row, column) => textOf(row[column] ?? row[spelled.get(column.toLowerCase())]);
}

/** Reads a column or a lookup path `COLUMN.KEY`: the key of the row that the lookup points at. */
async function dataverseReader(spec, side) {
  const table = side.tables.get(spec.dataverse.table);
  const columns = new Map(table.columns.map((column) => [column.name, column]));
  const lookups = new Map();
  const paths = [...spec.fields, ...spec.key].map((one) => one.dataverse).filter((one) => one?.includes('.'));
  if (spec.company) paths.push(`${spec.company.dataverse}.cdm_companycode`);
  for (const column of new Set(paths.map((one) => one.split('.')[0]))) {
    const targets = [
      ...(table.relationships ?? []).filter((one) => one.column === column).map((one) => one.target),
      ...(columns.get(column)?.targets ?? []),
    ];
    for (const target of new Set(targets)) {
      const { primaryId } = side.tables.get(target) ?? {};
      if (!primaryId) continue;
      for (const row of await side.rows(target))
        lookups.set(`${column}/${textOf(row[primaryId]).toLowerCase()}`, { table: target, row });
    }
  }
  const read = (row, where) => {
    const [column, ...steps] = where.split('.');
    if (steps.length === 0) return textOf(row[column] !== undefined ? row[column] : row[`_${column}_value`]);
    const id = textOf(row[`_${column}_value`] ?? row[column]);
    if (id === null) return null;
    const target = lookups.get(`${column}/${id.toLowerCase()}`);
    return target ? textOf(target.row[keyColumnOf(steps, target.table)]) : `(no row ${id})`;
  };
  read.columnOf = (where) => {
    const column = where.includes('.') ? { type: 'string' } : (columns.get(where) ?? { type: 'string' });
    return { type: column.type, scale: scaleOf(column) };
  };
  return read;
}

/** `KEY`, or of `TABLE(KEY).TABLE(KEY)` the one of the table that the lookup points at. */
function keyColumnOf(steps, table) {
  for (const step of steps) {
    const [, named, key] = /^(\w+)\((\w+)\)$/.exec(step) ?? [];
    if (!named) return step;
    if (named.toLowerCase() === table) return key;
  }
  return '';
}

/** Digits behind the point that Dataverse keeps of a column whose description names none. */
const SCALES = { integer: 0, bigint: 0, picklist: 0, money: 4, decimal: 10, double: 5 };

function scaleOf(column) {
  return column.precision ?? SCALES[column.type];
}
